/**
 * Seam, simulated, as a Worker: what the Worker beside it talks to where there is no account.
 *
 * A user whose key starts with `fault:` meets that fault, so that each failure can be seen, as in
 * `/sessions?user_identifier_key=fault:SeamRateLimited`.
 *
 * @module
 */
import { type Fault, type ReceivedRequest, Simulator, type Workspace } from "@seam-effect/client-sessions/simulator"
import * as Redacted from "effect/Redacted"

const faults = new Map<string, Fault>([
  ["SeamBadRequest", { _tag: "EchoedCredential", status: 400 }],
  ["SeamUnauthorized", { _tag: "EchoedCredential", status: 401 }],
  ["SeamRateLimited", { _tag: "RateLimited", retryAfter: "7" }],
  ["SeamServerError", { _tag: "HtmlPage" }],
  ["SeamUnexpectedStatus", { _tag: "Redirect", location: "https://example.com/" }],
  ["SeamInvalidResponse", { _tag: "MalformedJson" }],
  ["SeamContractViolation", { _tag: "IgnoredFilter" }],
  ["SeamConnectionFailed", { _tag: "BrokenConnection" }],
  ["SeamTimedOut", { _tag: "Latency", duration: "1 minute" }]
])

const faultOf = ({ sent }: ReceivedRequest): Fault | undefined => {
  const [, name = ""] = /"fault:(\w+)"/.exec(Redacted.value(sent).body) ?? []
  return faults.get(name)
}

/** What it holds. The key is the one in `../wrangler.jsonc`. */
export const workspaces: ReadonlyArray<Workspace> = Simulator.generate({ sessions: 200 })
  .map((workspace) => ({ ...workspace, credentials: { apiKeys: ["seam_simulated"] } }))

const { fetch } = Simulator.make({ workspaces, faults: faultOf })

export default { fetch }
