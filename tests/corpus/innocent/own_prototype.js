function Counter() {
  this.count = 0;
}
Counter.prototype.add = function add(by) {
  this.count += by;
  return this;
};

export default Counter;
