export const call = (what) => (what instanceof Function ? what() : what);
export const bind = (what, self) => Function.prototype.bind.call(what, self);
