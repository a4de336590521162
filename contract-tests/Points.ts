/**
 * The points that the contract leaves open, and the readings of each that a target may take.
 *
 * @module
 */

/**
 * Each open point with its readings, the one that this project's simulator takes first. Sources and reasons are in
 * `spec/README.md`.
 */
export const points = {
  filters_together: ["all must hold", "any may hold", "the first one wins"],
  unknown_id: ["an empty list", "400", "404"],
  without_key_and_key: ["an empty list", "400", "one of them ignored"],
  without_false: ["no constraint", "only sessions that have a key"],
  user_identity_id_matches: ["user_identity_id or a member of user_identity_ids", "only user_identity_id"],
  ids_compared: ["case-insensitively when both are UUIDs", "exactly"],
  user_identifier_key_compared: ["exactly", "case-folded"],
  expired_sessions: ["listed", "left out"],
  order: ["newest created_at first, then id", "unspecified"],
  unknown_parameter: ["ignored", "400"],
  empty_string: ["400", "no constraint", "matches nothing"],
  null_filter: ["not associated", "400"],
  other_workspaces: ["never", "listed"],
  get: ["the same operation", "not supported"],
  lower_case_bearer: ["refused", "accepted"]
} as const satisfies { readonly [point: string]: readonly [string, ...Array<string>] }

/** The name of an open point. */
export type Point = keyof typeof points

/** A reading of a point, or that the target's data gave no chance to tell, or that it does none of the known things. */
export type Reading<P extends Point = Point> = (typeof points)[P][number] | "not observed" | "something else"

/** A reading for every point. */
export type Readings = { readonly [P in Point]: Reading<P> }

/** All points, in order. */
export const names: ReadonlyArray<Point> = Object.keys(points).filter((name): name is Point => name in points)

/** The readings that this project's simulator takes: the first of each point. */
export const simulator: Readings = {
  filters_together: points.filters_together[0],
  unknown_id: points.unknown_id[0],
  without_key_and_key: points.without_key_and_key[0],
  without_false: points.without_false[0],
  user_identity_id_matches: points.user_identity_id_matches[0],
  ids_compared: points.ids_compared[0],
  user_identifier_key_compared: points.user_identifier_key_compared[0],
  expired_sessions: points.expired_sessions[0],
  order: points.order[0],
  unknown_parameter: points.unknown_parameter[0],
  empty_string: points.empty_string[0],
  null_filter: points.null_filter[0],
  other_workspaces: points.other_workspaces[0],
  get: points.get[0],
  lower_case_bearer: points.lower_case_bearer[0]
}
