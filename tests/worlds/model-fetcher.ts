import { openModelStore } from '../../src-main/models/store.ts';
import { modelTransfers } from '../../src-network/model-transfer.ts';
import { Model } from '../../src-shared/llm.ts';
import { gibibytes } from '../../src-shared/units.ts';

// A process of its own that fetches a model until it is killed: folder, address, the model as JSON.
const [folder = '', base = '', model = ''] = process.argv.slice(2);
const store = openModelStore({
  folder,
  source: modelTransfers({ base: new URL(base), token: () => 'a-token' }),
  quota: () => gibibytes(1),
  notice: () => undefined,
});
void store.obtain(
  Model.parse(JSON.parse(model)),
  (done) => process.send?.(done),
  new AbortController().signal,
);
