// Streams and events. All streams of a context share its one queue, so they never overlap; only the answers of query
// and synchronize are per stream.
#include "driver.h"

API cuStreamCreate(CUstream* stream, unsigned) {
  NEED_CONTEXT(context);
  if (!stream) RETURN(INVALID_VALUE);
  *stream = new CUstream_st{context};
  RETURN(OK);
}

API cuStreamCreateWithPriority(CUstream* stream, unsigned, int) {
  NEED_CONTEXT(context);
  if (!stream) RETURN(INVALID_VALUE);
  *stream = new CUstream_st{context};
  RETURN(OK);
}

API cuStreamDestroy_v2(CUstream stream) {
  NEED_CONTEXT(context);
  if (!stream) RETURN(INVALID_HANDLE);
  int code = context->wait(stream->last);
  delete stream;
  RETURN(code);
}

API cuStreamSynchronize(CUstream stream) {
  NEED_CONTEXT(context);
  RETURN(stream ? context->wait(stream->last) : context->wait_all());
}

API cuStreamQuery(CUstream stream) {
  NEED_CONTEXT(context);
  std::lock_guard<std::mutex> hold(context->lock);
  if (context->broken) RETURN(context->broken);
  RETURN(context->done >= (stream ? stream->last : context->asked) ? OK : NOT_READY);
}

API cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  NEED_CONTEXT(context);
  (void)context, (void)stream;
  RETURN(event ? OK : INVALID_HANDLE); // one queue in order: the event is already before whatever comes next
}

API cuEventCreate(CUevent* event, unsigned) {
  NEED_CONTEXT(context);
  if (!event) RETURN(INVALID_VALUE);
  *event = new CUevent_st{context};
  RETURN(OK);
}

API cuEventRecord(CUevent event, CUstream stream) {
  NEED_CONTEXT(context);
  if (!event) RETURN(INVALID_HANDLE);
  event->number = context->ask(stream, [event] {
    event->seconds = steady_seconds();
    return OK;
  });
  RETURN(OK);
}

API cuEventQuery(CUevent event) {
  NEED_CONTEXT(context);
  if (!event) RETURN(INVALID_HANDLE);
  std::lock_guard<std::mutex> hold(context->lock);
  RETURN(context->done >= event->number ? OK : NOT_READY);
}

API cuEventSynchronize(CUevent event) {
  NEED_CONTEXT(context);
  if (!event) RETURN(INVALID_HANDLE);
  RETURN(context->wait(event->number));
}

#ifdef CHECK_AGAINST_CUDA_H
#undef cuEventElapsedTime // renamed to _v2 by the newest header; both names are exported by drivers
#endif
API cuEventElapsedTime(float* milliseconds, CUevent from, CUevent to) {
  NEED_CONTEXT(context);
  if (!milliseconds || !from || !to) RETURN(INVALID_VALUE);
  std::lock_guard<std::mutex> hold(context->lock);
  if (!from->number || !to->number) RETURN(INVALID_HANDLE);
  if (context->done < from->number || context->done < to->number) RETURN(NOT_READY);
  *milliseconds = (float)((to->seconds - from->seconds) * 1e3);
  RETURN(OK);
}

API cuEventDestroy_v2(CUevent event) {
  NEED_CONTEXT(context);
  if (!event) RETURN(INVALID_HANDLE);
  int code = context->wait(event->number);
  delete event;
  RETURN(code);
}
