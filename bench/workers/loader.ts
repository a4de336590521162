/**
 * A Worker that starts a Worker of its own for each request, and passes the request on to it.
 *
 * @module
 */
interface Fetcher {
  readonly fetch: (request: Request) => Promise<Response>
}

// https://developers.cloudflare.com/workers/runtime-apis/bindings/worker-loader/
interface WorkerCode {
  readonly compatibilityDate: string
  readonly mainModule: string
  readonly modules: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly globalOutbound: Fetcher
}

interface Env {
  readonly LOADER: {
    readonly get: (id: string, code: () => WorkerCode) => { readonly getEntrypoint: () => Fetcher }
  }
  /** What the Workers' own `fetch` reaches. */
  readonly SEAM: Fetcher
  readonly SEAM_API_KEY: string
  /** The code of the Workers, by name. */
  readonly CODE: Readonly<Record<string, string>>
}

let started = 0

const fetch = (request: Request, { CODE, LOADER, SEAM, SEAM_API_KEY }: Env): Promise<Response> => {
  const name = request.headers.get("worker") ?? ""
  // An id that was there before would be answered by the Worker that it started.
  const worker = LOADER.get(`${name} ${started++}`, () => ({
    compatibilityDate: "2026-04-01",
    mainModule: "index.js",
    modules: { "index.js": CODE[name] ?? "" },
    env: { SEAM_API_KEY },
    globalOutbound: SEAM
  }))
  return worker.getEntrypoint().fetch(request)
}

export default { fetch }
