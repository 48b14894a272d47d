/** The dialog that changes a channel's name and topic. */

import { html } from "lit";
import { FormDialog } from "../../components/form_dialog.ts";
import { define } from "../../components/hub_element.ts";
import type { Channel } from "../../data/types.ts";

export class ChatEditChannel extends FormDialog {
  static override properties = { ...FormDialog.properties, channel: { attribute: false } };
  declare channel: Channel;
  override readonly heading = "Edit channel";
  override readonly action = "Save";

  override fields() {
    return html`
      <wa-input name="name" label="Name" required maxlength="80" autofocus
        value=${this.channel.name} autocomplete="off"></wa-input>
      <wa-input name="topic" label="Topic" maxlength="250" autocomplete="off"
        value=${this.channel.topic}
        hint="What belongs here, in a few words. May stay empty."></wa-input>
    `;
  }

  override submit(values: Record<string, string>): Promise<unknown> {
    const name = values.name?.trim() ?? "";
    const topic = values.topic?.trim() ?? "";
    return this.hub.api.chat.changeChannel(this.channel.id, { name, topic });
  }
}

define("chat-edit-channel", ChatEditChannel);
