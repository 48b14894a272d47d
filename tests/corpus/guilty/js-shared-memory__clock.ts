const buffer = new SharedArrayBuffer(8); // caught
export const ticks = new Int32Array(buffer);
