/**
 * Bundles a Worker as `wrangler` does: esbuild, one ES module, the conditions of `workerd`.
 *
 * @module
 */
// Deno resolves only packages that the program itself imports.
import "effect/Effect"
import * as Esbuild from "npm:esbuild@0.28.2"

/** A Worker in one module. */
export interface Bundle {
  readonly code: string
  /** What went into it, each module with the bytes that it takes up there. */
  readonly modules: ReadonlyArray<{ readonly path: string; readonly bytes: number }>
}

/** How to bundle. */
export interface BundleOptions {
  /** Default: `false`. */
  readonly minify?: boolean
}

/** Bundles the module at the path. */
export const bundle = async (path: string, { minify = false }: BundleOptions = {}): Promise<Bundle> => {
  const { metafile, outputFiles: [file] } = await Esbuild.build({
    absWorkingDir: new URL("..", import.meta.url).pathname,
    entryPoints: [path],
    bundle: true,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    logLevel: "error",
    metafile: true,
    minify,
    write: false,
    plugins: [{
      name: "modules",
      setup: ({ onResolve }) => {
        onResolve({ filter: /^@?\w/ }, ({ kind, path }) =>
          kind === "entry-point" ? undefined : {
            path: new URL(import.meta.resolve(path)).pathname,
            // As the package says of itself. Left out, it would hold for those modules that another one happens to ask for first.
            sideEffects: !path.startsWith("effect/")
          })
      }
    }]
  })
  await Esbuild.stop()
  const [output] = Object.values(metafile.outputs)
  return {
    code: file?.text ?? "",
    modules: Object.entries(output?.inputs ?? {})
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .sort((a, b) => b.bytes - a.bytes)
  }
}
