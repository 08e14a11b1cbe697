/** How a tensor's numbers are packed: so many numbers in a block of so many bytes. Source: ggml.h and ggml-common.h. */
type Packing = { readonly numbers: number; readonly bytes: number };

const packing = (numbers: number, bytes: number): Packing => ({ numbers, bytes });

/** By GGML's own numbers; those it has retired (4, 5, 31 to 33, 36 to 38) are left out. */
export const GGML_TYPES: ReadonlyMap<number, Packing> = new Map([
  [0, packing(1, 4)], // F32
  [1, packing(1, 2)], // F16
  [2, packing(32, 18)], // Q4_0
  [3, packing(32, 20)], // Q4_1
  [6, packing(32, 22)], // Q5_0
  [7, packing(32, 24)], // Q5_1
  [8, packing(32, 34)], // Q8_0
  [9, packing(32, 36)], // Q8_1
  [10, packing(256, 84)], // Q2_K
  [11, packing(256, 110)], // Q3_K
  [12, packing(256, 144)], // Q4_K
  [13, packing(256, 176)], // Q5_K
  [14, packing(256, 210)], // Q6_K
  [15, packing(256, 292)], // Q8_K
  [16, packing(256, 66)], // IQ2_XXS
  [17, packing(256, 74)], // IQ2_XS
  [18, packing(256, 98)], // IQ3_XXS
  [19, packing(256, 50)], // IQ1_S
  [20, packing(32, 18)], // IQ4_NL
  [21, packing(256, 110)], // IQ3_S
  [22, packing(256, 82)], // IQ2_S
  [23, packing(256, 136)], // IQ4_XS
  [24, packing(1, 1)], // I8
  [25, packing(1, 2)], // I16
  [26, packing(1, 4)], // I32
  [27, packing(1, 8)], // I64
  [28, packing(1, 8)], // F64
  [29, packing(256, 56)], // IQ1_M
  [30, packing(1, 2)], // BF16
  [34, packing(256, 54)], // TQ1_0
  [35, packing(256, 66)], // TQ2_0
  [39, packing(32, 17)], // MXFP4
]);
