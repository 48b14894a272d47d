const before = Array.prototype.push;
Array.prototype.push = function (...values) { // caught
  return before.apply(this, values);
};
