/**
 * The vendor's environment variables: the one place where the client reads them.
 *
 * They come from the `ConfigProvider` in the context, as `Config` would read them. `Config` itself would bring `Schema`
 * into every Worker, which is a quarter of its size, to read four strings. Where no provider was given, each variable is
 * read by its name: Effect's default provider copies the whole environment, which Deno refuses without leave for all of
 * it.
 *
 * @module
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { refuse, type SeamConfigurationError } from "../ConfigurationError.ts"
import { Credentials } from "../Credentials.ts"

// Not imported from "node:process", which a Worker may not have.
const processVariable = (name: string): unknown => {
  const process: unknown = Reflect.get(globalThis, "process")
  const env = Predicate.hasProperty(process, "env") ? process.env : undefined
  return Predicate.hasProperty(env, name) ? env[name] : undefined
}

/** Their names. */
export const names: ReadonlyArray<string> = [
  "SEAM_API_KEY",
  "SEAM_PERSONAL_ACCESS_TOKEN",
  "SEAM_WORKSPACE_ID",
  "SEAM_ENDPOINT"
]

/** A variable; the empty text if it is unset, since shells and CI systems spell "unset" so. */
const variable = (
  name: `SEAM_${string}`,
  option: SeamConfigurationError["option"] = "credentials"
): Effect.Effect<string, SeamConfigurationError> => {
  // The source's own words could quote what it read.
  const unreadable = () =>
    refuse(
      `${name} could not be read: allow it (on Deno, --allow-env=${names.join()}), or give the option ${option}.`,
      option
    )
  return Effect.contextWith((context: Context.Context<never>) => {
    const provider = Context.getOrUndefined(context, ConfigProvider.ConfigProvider)
    return provider === undefined
      ? Effect.sync(() => processVariable(name))
      : Effect.map(provider.load([name]), (node) => node?.value)
  }).pipe(
    Effect.map((value) => typeof value === "string" ? value : ""),
    Effect.catch(unreadable),
    Effect.catchDefect(unreadable)
  )
}

/** `SEAM_API_KEY`, or `SEAM_PERSONAL_ACCESS_TOKEN` with `SEAM_WORKSPACE_ID`. Both are refused, as by the vendor's SDK. */
export const credentials: Effect.Effect<Credentials, SeamConfigurationError> = /* @__PURE__ */ Effect.gen(function*() {
  const apiKey = yield* variable("SEAM_API_KEY")
  const accessToken = yield* variable("SEAM_PERSONAL_ACCESS_TOKEN")
  const workspaceId = yield* variable("SEAM_WORKSPACE_ID")
  if (apiKey !== "" && accessToken !== "") {
    return yield* refuse("Both SEAM_API_KEY and SEAM_PERSONAL_ACCESS_TOKEN are set: keep one.")
  }
  if (apiKey !== "") return yield* Credentials.ApiKey(apiKey)
  if (accessToken === "") {
    return yield* refuse("Set SEAM_API_KEY, or SEAM_PERSONAL_ACCESS_TOKEN with SEAM_WORKSPACE_ID.")
  }
  if (workspaceId === "") return yield* refuse("SEAM_PERSONAL_ACCESS_TOKEN needs SEAM_WORKSPACE_ID beside it.")
  return yield* Credentials.PersonalAccessToken(accessToken, workspaceId)
})

/** `SEAM_ENDPOINT`, or nothing. */
export const endpoint: Effect.Effect<string | undefined, SeamConfigurationError> = /* @__PURE__ */ Effect.map(
  /* @__PURE__ */ variable("SEAM_ENDPOINT", "endpoint"),
  (value) => value === "" ? undefined : value
)
