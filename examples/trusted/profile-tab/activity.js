/** The tab's element. The hub sets `hub` and `person` before it enters the page. */
class PersonActivity extends HTMLElement {
  async connectedCallback() {
    this.textContent = "Counting…";
    try {
      const { username, display_name } = this.person;
      const { messages } = await this.hub.api.http.get(
        `profile-tab/${encodeURIComponent(username)}`,
      );
      const noun = messages === 1 ? "message" : "messages";
      this.textContent = `${display_name} wrote ${messages} ${noun} on this hub.`;
    } catch (error) {
      this.textContent = "The count is not there now.";
      this.hub.sayError(error);
    }
  }
}

// A second load of the page's modules must not define it twice.
if (!customElements.get("person-activity")) {
  customElements.define("person-activity", PersonActivity);
}
