// Gravity among bodies (G = 1), softened, in double precision: what the kernels of parallel.cu are compared with.

/** Bodies as x, y, z, mass and speeds as x, y, z, unused, one after the other. */
export type World = {
  readonly bodies: readonly number[];
  readonly speeds: readonly number[];
  readonly softening: number;
};

const at = (list: ArrayLike<number>, i: number): number => list[i] ?? Number.NaN;

/** Motion and attraction together: what only a wrong integration changes. */
export function energyOf({ bodies, speeds, softening }: World): number {
  const n = bodies.length / 4;
  let energy = 0;
  for (let i = 0; i < n; i++) {
    const mass = at(bodies, 4 * i + 3);
    for (let axis = 0; axis < 3; axis++) energy += (mass * at(speeds, 4 * i + axis) ** 2) / 2;
    for (let k = 0; k < i; k++)
      energy -= (mass * at(bodies, 4 * k + 3)) / Math.sqrt(squareOf(bodies, i, k, softening));
  }
  return energy;
}

/** The world after so many leapfrog steps of `dt`. */
export function accelerate({ bodies, speeds, softening }: World, dt: number, steps: number): World {
  const places = Float64Array.from(bodies);
  const velocities = Float64Array.from(speeds);
  const n = bodies.length / 4;
  const kick = (time: number) => {
    for (let i = 0; i < n; i++)
      for (let k = 0; k < n; k++) {
        const square = squareOf(places, i, k, softening);
        const pull = (time * at(places, 4 * k + 3)) / (square * Math.sqrt(square));
        for (let axis = 0; axis < 3; axis++)
          velocities[4 * i + axis] =
            at(velocities, 4 * i + axis) +
            pull * (at(places, 4 * k + axis) - at(places, 4 * i + axis));
      }
  };
  for (let step = 0; step < steps; step++) {
    kick(dt / 2);
    for (let i = 0; i < 4 * n; i++)
      if (i % 4 < 3) places[i] = at(places, i) + dt * at(velocities, i);
    kick(dt / 2);
  }
  return { bodies: [...places], speeds: [...velocities], softening };
}

function squareOf(bodies: ArrayLike<number>, i: number, k: number, softening: number): number {
  let square = softening ** 2;
  for (let axis = 0; axis < 3; axis++)
    square += (at(bodies, 4 * k + axis) - at(bodies, 4 * i + axis)) ** 2;
  return square;
}
