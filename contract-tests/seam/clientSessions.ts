/**
 * Seam's `POST /client_sessions/list`, as its recorded page has it: the first declaration.
 *
 * @module
 */
import * as Filter from "../operation/Filter.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import { document } from "./document.ts"

/**
 * The operation, by the recorded contract. That `null` asks for the sessions without a webview or an identity is the vendor's
 * document since 2026-08, and an open point: a target that follows the page refuses it.
 */
export const clientSessions: Operation = Operations.make({
  path: "/client_sessions/list",
  by: "body",
  items: "client_sessions",
  id: "client_session_id",
  tenant: "workspace_id",
  credentials: {
    variable: "SEAM_API_KEY",
    otherVariable: "SEAM_OTHER_API_KEY",
    tenantHeader: "seam-workspace"
  },
  order: ["-created_at", "client_session_id"],
  // At a path that lists, none of them could change anything.
  refuses: ["PUT", "PATCH", "DELETE"],
  document,
  filters: {
    client_session_id: Filter.equals("client_session_id", { uuid: true }),
    connect_webview_id: Filter.member("connect_webview_ids", { uuid: true, null: true }),
    user_identifier_key: Filter.equals("user_identifier_key"),
    user_identity_id: Filter.anyOf(["user_identity_id"], { perhaps: ["user_identity_ids"], uuid: true, null: true }),
    without_user_identifier_key: Filter.isNull("user_identifier_key")
  }
})
