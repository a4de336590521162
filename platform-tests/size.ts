/**
 * What the example Workers weigh: each in one minified module, gzipped at level 9, as Cloudflare counts it. Fails when the
 * first is over budget, and says why. A kB has 1,000 bytes.
 *
 * @module
 */
import { gzipSync } from "node:zlib"
import { type Bundle, bundle } from "./bundle.ts"

/** The most that the example Worker may weigh, in bytes. */
export const budget = 48_000

const worker = "examples/worker/index.ts"
const listWorker = "examples/list-worker/index.ts"

const gzipped = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`.padStart(8)

/** The vendor's SDK in a Worker that does what `examples/list-worker` does. */
const vendorWorker = `
  import { SeamHttp } from "npm:@seamapi/http@2.32.0"
  export default {
    fetch: async (request, env) => {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname !== "/sessions") return new Response(null, { status: 404 })
      const user_identifier_key = searchParams.get("user_identifier_key") ?? ""
      if (user_identifier_key === "") return Response.json({ error: "user_identifier_key" }, { status: 400 })
      const sessions = await SeamHttp.fromApiKey(env.SEAM_API_KEY).clientSessions.list({ user_identifier_key })
      return Response.json({ client_sessions: sessions.map(({ token: _, ...session }) => session) })
    }
  }`

/** The code of that Worker, minified. */
export const vendorCode = async (): Promise<string> => {
  // Beside this file, where the import map is in force.
  const path = await Deno.makeTempFile({ dir: import.meta.dirname ?? ".", suffix: ".ts" })
  try {
    await Deno.writeTextFile(path, vendorWorker)
    const args = ["bundle", "--quiet", "--platform", "browser", "--minify", path]
    return new TextDecoder().decode((await new Deno.Command(Deno.execPath(), { args }).output()).stdout)
  } finally {
    await Deno.remove(path)
  }
}

/** The example Worker, minified. */
export const workerBundle = (): Promise<Bundle> => bundle(worker, { minify: true })

/** The example Worker that only lists, minified. */
export const listWorkerBundle = (): Promise<Bundle> => bundle(listWorker, { minify: true })

/** Sizes in bytes, gzipped. */
export interface Sizes {
  /** The example Worker. */
  readonly worker: number
  /** The example Worker that only lists. */
  readonly listWorker: number
  /** The same with the vendor's SDK. */
  readonly vendor: number
}

/** Weighs a bundle of the example Worker, and what it is compared with. */
export const measure = async (whole: Bundle): Promise<Sizes> => {
  return {
    worker: gzipped(whole.code),
    listWorker: gzipped((await listWorkerBundle()).code),
    vendor: gzipped(await vendorCode())
  }
}

const list = ({ modules }: Bundle, title: string, isShown: (path: string) => boolean): void => {
  console.log(`\n${title}, minified and not compressed:`)
  for (const { bytes, path } of modules.filter(({ path }) => isShown(path)).slice(0, 15)) {
    console.log(`  ${kB(bytes)}  ${path.replace(/^.*\/effect\/[^/]+\/dist\//, "effect/")}`)
  }
}

if (import.meta.main) {
  const whole = await workerBundle()
  const sizes = await measure(whole)
  console.log(`${kB(sizes.worker)}  the example Worker, of ${kB(budget).trim()} at most`)
  console.log(`${kB(sizes.listWorker)}  for comparison: the example Worker that only lists`)
  console.log(`${kB(sizes.vendor)}  for comparison: the same with the vendor's SDK 2.32.0`)
  if (sizes.worker > budget) {
    list(whole, "The largest modules of the library and the Worker", (path) => !path.includes("/effect/"))
    list(whole, "The largest modules of Effect", (path) => path.includes("/effect/"))
    console.log("\nOver budget.")
    Deno.exit(1)
  }
}
