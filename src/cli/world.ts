/**
 * The workspaces that the commands show without credentials of one's own.
 *
 * @module
 */
import { Simulator, type Workspace } from "../simulator/mod.ts"

/** How many sessions there are, and which. */
export interface WorldOptions {
  /** In the first workspace. The others stay small. */
  readonly sessions: number
  readonly seed: number
}

/** What `list` shows, and `serve` unless told otherwise. */
export const defaults: WorldOptions = { sessions: 20, seed: 1 }

/**
 * Two workspaces, the first of which is that of the vendor's documentation: among its generated sessions is the one of
 * the documentation's examples, so that the commands there answer as it says.
 */
export const make = ({ seed, sessions }: WorldOptions): readonly [Workspace, ...ReadonlyArray<Workspace>] => {
  const { credentials, sessions: documented, workspace_id } = Simulator.documented
  const [first] = Simulator.generate({ seed, sessions })
  const generated = first?.sessions.map((session) => ({ ...session, workspace_id })) ?? []
  return [
    {
      workspace_id,
      credentials: { ...first?.credentials, ...credentials },
      sessions: [...documented, ...generated].slice(0, sessions)
    },
    ...Simulator.generate({ seed: seed + 1, sessions: Math.min(sessions, defaults.sessions) })
  ]
}
