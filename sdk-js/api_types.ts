/**
 * Shapes of what goes into the hub's methods and comes back from them.
 *
 * @module
 */

/** What JSON can carry, and so what crosses the sandbox's wall. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A person, as plugins that manage people see them. */
export interface Member {
  id: string;
  username: string;
  displayName: string;
  role: string;
  isActive: boolean;
}

/** A setting; the value of a secret is a mask. */
export interface SettingRow {
  key: string;
  value: Json;
  default: Json;
  type: string;
  secret: boolean;
  title: string;
  doc: string;
  /** `at once`, or `after a restart`. */
  acts: string;
}

/** A charge (above zero) or a refund (below) of the ledger. */
export interface LedgerEntry {
  id: string;
  kind: "charge" | "refund";
  /** Whole cents. */
  cents: number;
  currency: string;
  userId: string;
  pluginId: string;
  reference: string;
  note: string;
  /** Of a refund: what it gives back. */
  chargeId: string | null;
  createdAt: string;
}
