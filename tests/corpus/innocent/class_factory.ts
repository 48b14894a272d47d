class Shape {
  copy(): Shape {
    return new (this.constructor as typeof Shape)();
  }
}

export default Shape;
