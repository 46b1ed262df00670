/// What a text file is, told by its name alone, as a stable lower-case word that searches filter by.
package enum FileKind {
  /// The kind of a text whose name says nothing.
  package static let text = "text"

  /// All kinds there are, sorted.
  package static let words = Set(byStem.values).union(byName.values).union(byExtension.values).sorted()

  /// The kind of the file with this name, which is its last path component: by its whole name if that is known,
  /// then by its extension in any case, else `text`.
  package static func word(forName name: some Collection<UInt8>) -> String {
    let whole = String(decoding: name, as: UTF8.self)
    if let kind = byName[whole] { return kind }
    let parts = whole.lowercased().split(separator: ".", omittingEmptySubsequences: false)
    // `Dockerfile.test` is told by what is before the first dot, if the extension says nothing.
    if parts.count > 1, let kind = byExtension[String(parts[parts.count - 1])] { return kind }
    return byStem[String(parts[0])] ?? text
  }

  private static let byStem = [
    "makefile": "make", "gnumakefile": "make", "kbuild": "make", "kconfig": "kconfig",
    "dockerfile": "dockerfile", "containerfile": "dockerfile",
  ]

  private static let byName: [String: String] = table([
    "cmake": "CMakeLists.txt",
    "go-mod": "go.mod go.sum",
    "json": ".swift-format Package.resolved composer.lock",
    "ruby": "Rakefile Gemfile Vagrantfile Podfile",
    "shell": ".bashrc .bash_profile .profile .zshrc .zprofile .bash_aliases PKGBUILD",
    "toml": "Cargo.lock poetry.lock",
    "yaml": ".clang-format .clang-tidy",
  ])

  private static let byExtension: [String: String] = table([
    "ada": "adb ads", "asm": "s asm nasm", "awk": "awk",
    "batch": "bat cmd", "bazel": "bzl bazel", "bibtex": "bib",
    "c": "c h", "c++": "cc cpp cxx c++ hh hpp hxx h++ ipp tpp inl", "c#": "cs csx",
    "clojure": "clj cljs cljc edn",
    "cmake": "cmake", "cobol": "cob cbl", "coccinelle": "cocci", "config": "conf cfg cnf ini properties",
    "crystal": "cr",
    "css": "css scss sass less", "csv": "csv tsv tab", "cuda": "cu cuh",
    "d": "d", "dart": "dart", "devicetree": "dts dtsi dtso overlay", "diff": "diff patch", "dot": "dot gv",
    "elisp": "el", "elixir": "ex exs", "elm": "elm", "erlang": "erl hrl",
    "f#": "fs fsi fsx", "fortran": "f for f77 f90 f95 f03 f08",
    "glsl": "glsl vert frag comp", "go": "go", "gradle": "gradle", "graphql": "graphql gql",
    "groovy": "groovy",
    "haskell": "hs lhs", "html": "html htm xhtml", "java": "java",
    "javascript": "js mjs cjs jsx", "json": "json jsonl ndjson json5 jsonc geojson webmanifest",
    "julia": "jl", "kotlin": "kt kts", "latex": "tex sty cls ltx", "ld": "ld lds", "lex": "l lex",
    "lisp": "lisp lsp cl",
    "log": "log", "lua": "lua", "m4": "m4 ac", "make": "mk mak make am", "man": "1 2 3 4 5 6 7 8",
    "markdown": "md markdown mdown mkd mdx", "nim": "nim", "nix": "nix", "notebook": "ipynb", "objective-c": "m mm",
    "ocaml": "ml mli mll mly", "org": "org", "pascal": "pas pp dpr", "perl": "pl pm pod t",
    "php": "php phtml",
    "postscript": "ps eps", "powershell": "ps1 psm1 psd1", "prolog": "pro", "protobuf": "proto",
    "python": "py pyi pyw pyx pxd", "r": "r rmd", "rst": "rst rest", "ruby": "rb erb gemspec rake",
    "rust": "rs",
    "scala": "scala sc sbt", "scheme": "scm ss rkt", "shell": "sh bash zsh fish ksh", "sql": "sql",
    "starlark": "star",
    "svg": "svg", "swift": "swift", "tcl": "tcl", "terraform": "tf tfvars hcl", "text": "txt text",
    "toml": "toml", "typescript": "ts tsx mts cts", "typst": "typ",
    "verilog": "v sv svh vh", "vhdl": "vhd vhdl", "vim": "vim", "vue": "vue", "svelte": "svelte",
    "wasm-text": "wat wast", "xml": "xml xsd xsl xslt rng plist xib storyboard csproj vcxproj",
    "yacc": "y yy", "yaml": "yaml yml", "zig": "zig", "asciidoc": "adoc asciidoc", "subtitles": "srt vtt",
    "email": "eml mbox mbx", "calendar": "ics", "contacts": "vcf", "rtf": "rtf",
  ])

  private static func table(_ kinds: [String: String]) -> [String: String] {
    var result: [String: String] = [:]
    for (kind, names) in kinds {
      for name in names.split(separator: " ") { result[String(name)] = kind }
    }
    return result
  }
}
