/**
 * What everybody who means harm has at hand.
 *
 * @module
 */

/** The start of every secret in a body, a header, an error or a filter. Nothing that is shown may hold it. */
export const canary = "canary_"

/** An object that throws, whatever is asked of it. */
export const untouchable = (): object =>
  new Proxy(
    {},
    Object.fromEntries(
      Object.getOwnPropertyNames(Reflect).map((trap) => [trap, () => {
        throw new Error(`${canary}trap`)
      }])
    )
  )
