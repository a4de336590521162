/**
 * Seam's side of the contract, in memory: a test double, a server, a Worker.
 *
 * In a program, in place of the network:
 *
 * ```ts
 * import { Simulator } from "@seam-effect/client-sessions/simulator"
 * import * as Effect from "effect/Effect"
 * import * as HttpClient from "effect/http/HttpClient"
 *
 * const simulator = Simulator.make({ workspaces: Simulator.generate({ seed: 1, sessions: 100 }) })
 *
 * const program = HttpClient.get("https://connect.getseam.com/client_sessions/list")
 * const { status } = await Effect.runPromise(program.pipe(Effect.provide(simulator.layer)))
 *
 * console.log(status) // 401
 * console.log(simulator.requests.length) // 0: without a credential nothing is kept
 * ```
 *
 * As a server, `Deno.serve(simulator.fetch)`; as a Worker, `export default { fetch: simulator.fetch }`.
 *
 * It answers POST and GET as the recorded contract and the vendor's neighbouring routes do. Where the contract leaves a
 * choice: all filters must hold, an ID that matches nothing gives an empty list, expired sessions are listed, the newest
 * `created_at` comes first, an unknown parameter is ignored, an empty string is refused. As in the vendor's document of
 * 2026-08, `null` for a webview or an identity asks for the sessions that are not associated with one; a GET writes it as
 * an empty value.
 *
 * @module
 */
export type { ClientSessionEncoded } from "../ClientSession.ts"
export type { ListFilter } from "../ListFilter.ts"
export type * from "./Fault.ts"
export { type ReceivedRequest, Simulator, type SimulatorOptions } from "./Simulator.ts"
export type { GenerateOptions, Workspace, WorkspaceCredentials } from "./Workspace.ts"
