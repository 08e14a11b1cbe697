// A program that uses the GPU: what the tests of the emulated driver start, look at, and kill. It knows nothing of the
// emulation; libraries are found by their usual names.
//
//   node gpu-program.mjs nvml                       prints one JSON line per line on stdin: what NVML says now; a number
//                                                   there is a power limit in milliwatts to set first
//   node gpu-program.mjs hold BYTES                 takes memory, prints "held", waits to be killed
//   node gpu-program.mjs spin PTX STEPS             runs the spin kernel over 256 counters, prints "step N" after each
//   node gpu-program.mjs kernels PTX                runs the kernels of basic.cu, prints one JSON line
//   node gpu-program.mjs fault PTX                  writes out of bounds, then asks again; prints the two codes
//   node gpu-program.mjs load PTX                   prints the code and the message of the JIT compiler
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import koffi from 'koffi';

const say = (value) => console.log(typeof value === 'string' ? value : JSON.stringify(value));
const must = (name, code) => {
  if (code !== 0) {
    say({ failed: name, code });
    process.exit(1);
  }
};

function openCuda() {
  const library = koffi.load('libcuda.so.1');
  const bind = (name, args) => library.func(name, 'int', args);
  const init = bind('cuInit', ['uint']);
  must('cuInit', init(0));
  const out = new BigUint64Array(1);
  must('cuDevicePrimaryCtxRetain', bind('cuDevicePrimaryCtxRetain', ['void *', 'int'])(out, 0));
  must('cuCtxSetCurrent', bind('cuCtxSetCurrent', ['uint64_t'])(out[0]));
  const alloc = bind('cuMemAlloc_v2', ['void *', 'size_t']);
  const load = bind('cuModuleLoadDataEx', ['void *', 'void *', 'uint', 'void *', 'void *']);
  const find = bind('cuModuleGetFunction', ['void *', 'uint64_t', 'str']);
  const upload = bind('cuMemcpyHtoD_v2', ['uint64_t', 'void *', 'size_t']);
  const download = bind('cuMemcpyDtoH_v2', ['void *', 'uint64_t', 'size_t']);
  const sizes = Array(7).fill('uint');
  const launch = bind('cuLaunchKernel', ['uint64_t', ...sizes, 'void *', 'void *', 'void *']);
  const synchronize = bind('cuCtxSynchronize', []);
  return {
    alloc: (bytes) => {
      const code = alloc(out, bytes);
      return code === 0 ? out[0] : { code };
    },
    load: (path) => {
      const log = Buffer.alloc(4096);
      const options = new Int32Array([5, 6]);
      const values = new BigUint64Array([koffi.address(log), 4096n]);
      const code = load(out, Buffer.from(`${readFileSync(path, 'utf8')}\0`), 2, options, values);
      return { code, module: out[0], log: log.toString('utf8', 0, log.indexOf(0)) };
    },
    buffer: (data) => {
      must('cuMemAlloc', alloc(out, data.byteLength));
      const address = out[0];
      must('cuMemcpyHtoD', upload(address, data, data.byteLength));
      return address;
    },
    read: (data, address) => {
      must('cuMemcpyDtoH', download(data, address, data.byteLength));
      return data;
    },
    /** Numbers are u32, or f32 as `{ f32 }`; addresses are bigint. */
    launch: (module, name, blocks, threads, args) => {
      must('cuModuleGetFunction', find(out, module, name));
      const places = args.map((arg) => {
        if (typeof arg === 'bigint') return new BigUint64Array([arg]);
        return typeof arg === 'number' ? new Uint32Array([arg]) : new Float32Array([arg.f32]);
      });
      const pointers = new BigUint64Array(places.map((place) => koffi.address(place)));
      must('cuLaunchKernel', launch(out[0], blocks, 1, 1, threads, 1, 1, 0, null, pointers, null));
      return synchronize();
    },
    synchronize,
  };
}

function openNvml() {
  const library = koffi.load('libnvidia-ml.so.1');
  const bind = (name, args) => library.func(name, 'int', args);
  const code = bind('nvmlInit_v2', [])();
  if (code !== 0) return () => ({ init: code });
  const handle = new BigUint64Array(1);
  must('handle', bind('nvmlDeviceGetHandleByIndex_v2', ['uint', 'void *'])(0, handle));
  const one = (name) => {
    const call = bind(name, ['uint64_t', 'void *']);
    const value = new Uint32Array(2);
    return () => ({ code: call(handle[0], value), value: value[0] });
  };
  const [power, load, fan] = ['PowerUsage', 'UtilizationRates', 'FanSpeed'].map((n) =>
    one(`nvmlDeviceGet${n}`),
  );
  const temperature = bind('nvmlDeviceGetTemperature', ['uint64_t', 'int', 'void *']);
  const memory = bind('nvmlDeviceGetMemoryInfo', ['uint64_t', 'void *']);
  const list = ['uint64_t', 'void *', 'void *'];
  const compute = bind('nvmlDeviceGetComputeRunningProcesses_v3', list);
  const graphics = bind('nvmlDeviceGetGraphicsRunningProcesses_v3', list);
  const programs = (call) => {
    const count = new Uint32Array([16]);
    const infos = Buffer.alloc(16 * 24);
    if (call(handle[0], count, infos) !== 0) return null;
    return Array.from({ length: count[0] }, (_, i) => ({
      pid: infos.readUInt32LE(i * 24),
      bytes: Number(infos.readBigUInt64LE(i * 24 + 8)),
    }));
  };
  const clockInfo = bind('nvmlDeviceGetClockInfo', ['uint64_t', 'int', 'void *']);
  const clock = (which) => {
    const mhz = new Uint32Array(1);
    return clockInfo(handle[0], which, mhz) === 0 ? mhz[0] : null;
  };
  const long = (name) => {
    const call = bind(name, ['uint64_t', 'void *']);
    const value = new BigUint64Array(1);
    return () => ({ code: call(handle[0], value), value: Number(value[0]) });
  };
  const energy = long('nvmlDeviceGetTotalEnergyConsumption');
  const reasons = long('nvmlDeviceGetCurrentClocksThrottleReasons');
  const [limit, usual] = ['Limit', 'DefaultLimit'].map((n) =>
    one(`nvmlDeviceGetPowerManagement${n}`),
  );
  const setLimit = bind('nvmlDeviceSetPowerManagementLimit', ['uint64_t', 'uint']);
  const ask = bind('nvmlDeviceGetFieldValues', ['uint64_t', 'int', 'void *']);
  const memoryTemperature = () => {
    const field = Buffer.alloc(40);
    field.writeUInt32LE(82);
    const code = ask(handle[0], 1, field);
    return { code, answer: field.readInt32LE(28), value: field.readUInt32LE(32) };
  };
  const utilization = bind('nvmlDeviceGetProcessUtilization', [...list, 'uint64_t']);
  const loads = (since) => {
    const count = new Uint32Array([16]);
    const samples = Buffer.alloc(16 * 32);
    const code = utilization(handle[0], samples, count, since);
    return {
      code,
      samples: Array.from({ length: code === 0 ? count[0] : 0 }, (_, i) => ({
        pid: samples.readUInt32LE(i * 32),
        at: samples.readBigUInt64LE(i * 32 + 8).toString(),
        cores: samples.readUInt32LE(i * 32 + 16),
      })),
    };
  };
  const celsius = new Uint32Array(1);
  const bytes = new BigUint64Array(3);
  return (line) => ({
    init: 0,
    set: line === '' ? null : setLimit(handle[0], Number(line)),
    limit: limit(),
    usual: usual().value,
    energy: energy(),
    reasons: reasons().value,
    clocks: [clock(0), clock(2)],
    memoryTemperature: memoryTemperature(),
    loads: loads(0n),
    newLoads: loads(BigInt(Date.now()) * 1000n),
    temperature: { code: temperature(handle[0], 0, celsius), value: celsius[0] },
    power: power().value,
    load: load().value,
    fan: fan(),
    used: memory(handle[0], bytes) === 0 ? Number(bytes[2]) : null,
    compute: programs(compute),
    graphics: programs(graphics),
  });
}

const modes = {
  nvml() {
    const look = openNvml();
    createInterface({ input: process.stdin }).on('line', (line) => say(look(line)));
  },
  hold(bytes) {
    const taken = openCuda().alloc(Number(bytes));
    if (typeof taken !== 'bigint') return say(taken);
    say('held');
    setInterval(() => {}, 60_000);
  },
  spin(ptx, steps) {
    const cuda = openCuda();
    const { module } = cuda.load(ptx);
    const counters = cuda.buffer(new Uint32Array(256));
    for (let step = 1; step <= Number(steps); step++) {
      must('spin', cuda.launch(module, 'spin', 4, 64, [256, 10, counters]));
      say(`step ${step}`);
    }
    const all = new Set(cuda.read(new Uint32Array(256), counters));
    say({ counters: [...all] });
  },
  kernels(ptx) {
    const cuda = openCuda();
    const { module } = cuda.load(ptx);
    const ramp = Float32Array.from({ length: 130 }, (_, i) => i);
    const ones = cuda.buffer(new Float32Array(130).fill(1));
    const x = cuda.buffer(ramp);
    const y = cuda.buffer(new Float32Array(130));
    must('vector_add', cuda.launch(module, 'vector_add', 3, 64, [130, x, ones, y]));
    const sum = [...cuda.read(new Float32Array(130), y)];
    must('saxpy', cuda.launch(module, 'saxpy', 3, 64, [130, { f32: 2.5 }, x, y]));
    const scaled = [...cuda.read(new Float32Array(130), y)];
    must('block_sums', cuda.launch(module, 'block_sums', 3, 64, [130, x, y]));
    say({ sum, scaled, blocks: [...cuda.read(new Float32Array(3), y)] });
  },
  fault(ptx) {
    const cuda = openCuda();
    const { module } = cuda.load(ptx);
    const words = cuda.buffer(new Uint32Array(64));
    const first = cuda.launch(module, 'out_of_bounds', 1, 64, [64, words]);
    say({ first, after: cuda.synchronize(), alloc: cuda.alloc(4) });
  },
  load(ptx) {
    const { code, log } = openCuda().load(ptx);
    say({ code, log });
  },
};

const [mode, ...words] = process.argv.slice(2);
modes[mode](...words);
