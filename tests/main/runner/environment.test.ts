import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { runnerEnvironment, webgpuEnvironment } from '../../../src-main/runner/environment.ts';

const owners = {
  PATH: '/usr/bin',
  HOME: '/home/ann',
  AWS_SECRET_ACCESS_KEY: 'secret',
  SSH_AUTH_SOCK: '/run/ssh',
  NODE_OPTIONS: '--require=/home/ann/x.js',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus',
  DISPLAY: ':0',
  LD_LIBRARY_PATH: '/opt/driver',
  CUDA_VISIBLE_DEVICES: '1',
};

test('a runner is told where drivers are, and no name or secret of its owner', () => {
  const env = runnerEnvironment(owners);
  expect(env).toMatchObject({ LD_LIBRARY_PATH: '/opt/driver', CUDA_VISIBLE_DEVICES: '1' });
  const ours = ['CUDA_CACHE_DISABLE', 'MESA_SHADER_CACHE_DISABLE', '__GL_SHADER_DISK_CACHE'];
  expect(Object.keys(env).sort()).toEqual(
    [...ours, 'CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH', 'UV_USE_IO_URING'].sort(),
  );
});

test('the WebGPU host is told of the screen besides, and no secret either', () => {
  const env = webgpuEnvironment(owners);
  expect(env).toMatchObject({ DISPLAY: ':0', HOME: '/home/ann' });
  for (const secret of ['AWS_SECRET_ACCESS_KEY', 'SSH_AUTH_SOCK', 'NODE_OPTIONS'])
    expect(env).not.toHaveProperty(secret);
});

test('the model of a job is named to the runner, beside what a trial names', () => {
  const env = runnerEnvironment({ OFFPEAK_RUNNER_READS: '/proc' }, ['/models/a.gguf']);
  expect(env.OFFPEAK_RUNNER_READS).toBe(['/models/a.gguf', '/proc'].join(delimiter));
});

test('a trial may pass on more, by name', () => {
  const env = runnerEnvironment({ FAKE: '1', OTHER: '2', OFFPEAK_RUNNER_PASSES: 'FAKE' });
  expect(env).toMatchObject({ FAKE: '1' });
  expect(env).not.toHaveProperty('OTHER');
});
