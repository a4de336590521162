/**
 * For tests: Workers in the real `workerd`, as their `wrangler.jsonc` describes them.
 *
 * @module
 */
import { Miniflare, type WorkerOptions } from "npm:miniflare@4.20260426.0"
import { bundle, type BundleOptions } from "./bundle.ts"

interface WranglerConfig {
  readonly name: string
  readonly main: string
  readonly compatibility_date: string
  readonly compatibility_flags?: Array<string>
  readonly services?: ReadonlyArray<{ readonly binding: string; readonly service: string }>
  readonly vars?: Record<string, string>
}

/** What differs from `wrangler.jsonc`. */
export interface Changes extends BundleOptions {
  /** Variables to add or, as `undefined`, to take out. */
  readonly vars?: Readonly<Record<string, string | undefined>>
  /** Whether other Workers are bound as services. Default: `true`. */
  readonly services?: boolean
}

const defined = (vars: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(vars).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))

/** The Worker in a folder. */
export const workerIn = async (
  folder: URL,
  { services = true, vars = {}, ...options }: Changes = {}
): Promise<WorkerOptions> => {
  const jsonc = await Deno.readTextFile(new URL("wrangler.jsonc", folder))
  const config: WranglerConfig = JSON.parse(jsonc.replace(/^\s*\/\/.*$/gm, ""))
  const { code } = await bundle(new URL(config.main, folder).pathname, options)
  return {
    name: config.name,
    modules: true,
    script: code,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags ?? [],
    bindings: defined({ ...config.vars, ...vars }),
    serviceBindings: services
      ? Object.fromEntries((config.services ?? []).map(({ binding, service }) => [binding, service]))
      : {}
  }
}

/** `workerd`, running. Disposing of it ends it. */
export interface Running extends AsyncDisposable {
  /** Of the first Worker. */
  readonly url: URL
  /** Everything in the Workers' logs so far. */
  readonly log: ReadonlyArray<string>
  /** The first entry in the Workers' logs that starts with the text, there already or still to come. */
  readonly logged: (start: string) => Promise<string>
}

/** Starts the Workers. Requests from outside go to the first. */
export const start = async (workers: [WorkerOptions, ...Array<WorkerOptions>]): Promise<Running> => {
  const log: Array<string> = []
  const added = new EventTarget()
  const handleStructuredLogs = ({ message }: { readonly message: string }): void => {
    log.push(message)
    added.dispatchEvent(new Event("entry"))
  }
  const miniflare = new Miniflare({ workers, cf: false, handleStructuredLogs })
  return {
    url: await miniflare.ready,
    log,
    logged: (start) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = log.find((entry) => entry.startsWith(start))
          if (found !== undefined) resolve(found)
        }
        added.addEventListener("entry", look)
        look()
      }),
    [Symbol.asyncDispose]: () => miniflare.dispose()
  }
}
