/** The dialog that makes a channel. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";

export class ChatCreateChannel extends FormDialog {
  override readonly heading = "New channel";
  override readonly action = "Create channel";

  override fields() {
    return html`
      <wa-input name="name" label="Name" required maxlength="80" autofocus
        placeholder="release-planning" autocomplete="off"></wa-input>
      <wa-input name="topic" label="Topic" maxlength="250" autocomplete="off"
        hint="What belongs here, in a few words. May stay empty."></wa-input>
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    return this.hub.api.chat.createChannel(values.name?.trim() ?? "", values.topic?.trim() ?? "");
  }
}

define("chat-create-channel", ChatCreateChannel);
