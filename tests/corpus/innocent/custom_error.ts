export class NotThere extends Error {
  constructor(name: string) {
    super(`${name} is not there`);
    Object.setPrototypeOf(this, NotThere.prototype);
  }
}
