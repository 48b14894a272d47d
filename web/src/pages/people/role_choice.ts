/** The choice of a role, among those that there are. */

import type { ReactiveControllerHost } from "lit";
import { choiceField } from "../../components/choice.ts";
import type { Hub } from "../../context/hub.ts";
import { Resource } from "../../controllers/resource.ts";
import type { Roles } from "../../data/types.ts";

type Host = ReactiveControllerHost & { hub: Hub };

export class RoleChoice {
  readonly #roles: Resource<Roles>;

  constructor(private readonly host: Host) {
    this.#roles = new Resource<Roles>(host, () => host.hub.api.roles.list());
  }

  /** Ask which roles there are. */
  load(): void {
    void this.#roles.reload();
  }

  field(value: string, disabled = false) {
    const roles = this.#roles.value?.items ?? [];
    const allowed = roles.filter((role) =>
      role.name === value || this.host.hub.user.role === "admin" ||
      (role.name !== "admin" && role.permissions.every((name) => this.host.hub.may(name)))
    );
    const options = allowed.map((role) => [role.name, role.title] as const);
    const shown = options.length > 0 ? options : [[value, value] as const];
    return choiceField({ label: "Role", name: "role", value, options: shown, disabled });
  }
}
