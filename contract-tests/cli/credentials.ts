/**
 * The credentials that a server is asked with, from flags or variables.
 *
 * @module
 */
import type { TargetOptions } from "../engine/Target.ts"
import * as Seam from "../seam/mod.ts"
import type { Arguments } from "./args.ts"
import type { Declared } from "./declared.ts"
import { Usage } from "./Usage.ts"

/** The credentials that are given. A flag goes before a variable. */
export const credentialsOf = (
  { operation }: Declared,
  given: Arguments,
  variable: (name: string) => string | undefined
): Pick<TargetOptions, "credential" | "otherCredential"> => {
  const { credentials } = operation
  const isSeam = operation === Seam.clientSessions
  const read = (name: string): string => {
    try {
      return variable(name) ?? ""
    } catch {
      throw new Usage(`${name} could not be read: allow it with --allow-env, or give the flag.`)
    }
  }
  const tokenFlags = given.has("personal-access-token") || given.has("workspace-id")
  if (!isSeam && tokenFlags) throw new Usage("--personal-access-token and --workspace-id are Seam's.")
  if (credentials === undefined) {
    if (given.has("api-key") || given.has("other-api-key")) {
      throw new Usage("The operation has no credentials: say in the declaration how one travels (credentials).")
    }
    return {}
  }
  const flagged = given.has("api-key") || given.has("personal-access-token")
  const apiKey = given.text("api-key") ?? (flagged ? "" : read(credentials.variable))
  const token = given.text("personal-access-token") ?? (flagged || !isSeam ? "" : read("SEAM_PERSONAL_ACCESS_TOKEN"))
  const workspaceId = given.text("workspace-id") ?? (isSeam && token !== "" ? read("SEAM_WORKSPACE_ID") : "")
  const other = given.text("other-api-key") ??
    (credentials.otherVariable === undefined || isSeam ? "" : read(credentials.otherVariable))
  if (apiKey !== "" && token !== "") throw new Usage("Give an API key or a personal access token, not both.")
  if (apiKey === "" && (token === "" || workspaceId === "")) {
    throw new Usage(
      isSeam
        ? "A server needs --api-key or SEAM_API_KEY, or --personal-access-token together with --workspace-id."
        : `The operation has a credential: give --api-key, or set ${credentials.variable}.`
    )
  }
  if (/[^\u0021-\u007e]/.test(apiKey + token + workspaceId + other)) {
    throw new Usage("The credential has a character in it that can't stand in a header.")
  }
  return {
    credential: token === "" ? apiKey : Seam.credential({ personalAccessToken: token, workspaceId }),
    ...(other !== "" && { otherCredential: other })
  }
}
