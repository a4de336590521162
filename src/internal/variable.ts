/**
 * The vendor's environment variables, from the `ConfigProvider` that Effect's `Config` reads.
 *
 * `Config` itself would bring `Schema` into every Worker, which is a quarter of its size, to read four strings.
 *
 * @module
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { ConfigurationError } from "../ConfigurationError.ts"

/** A variable; the empty text if it is unset, since shells and CI systems spell "unset" so. */
export const variable = (
  name: `SEAM_${string}`,
  option: ConfigurationError["option"] = "credentials"
): Effect.Effect<string, ConfigurationError> =>
  ConfigProvider.ConfigProvider.pipe(
    Effect.flatMap((provider) => provider.load([name])),
    Effect.map((node) => node?.value ?? ""),
    // The provider's own words could quote what it read.
    Effect.mapError(() => new ConfigurationError({ option, message: `${name} could not be read.` }))
  )
