import { greeting } from "./shared.js";

class Corner extends HTMLElement {
  connectedCallback() {
    this.hub.setTitle("Corner");
    const head = document.createElement("h1");
    head.textContent = `${greeting}, ${this.hub.user.username}`;
    this.replaceChildren(head);
  }
}

class Counter extends HTMLElement {
  connectedCallback() {
    const button = document.createElement("button");
    let count = this.props.start;
    const show = () => button.textContent = `Count ${count}`;
    button.onclick = () => {
      count += 1;
      show();
    };
    show();
    this.replaceChildren(button);
  }
}

customElements.define("contributor-corner", Corner);
customElements.define("contributor-counter", Counter);
