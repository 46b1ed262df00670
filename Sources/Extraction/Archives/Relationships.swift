/// What a part of an Office Open XML package refers to (ECMA-376 part 2, 6.5).
package struct Relationships {
  /// One that points into the package.
  package struct Target: Sendable {
    package var id: String
    /// The last component of the type's URI, such as `slide`: the same for transitional and strict documents.
    package var type: String
    /// The name of the part's entry.
    package var part: String
  }

  /// In the order they are written.
  package let targets: [Target]

  /// More of them than any document has.
  private static let maximum = 200_000

  /// - Parameter part: the name of a part's entry; empty for the package itself.
  /// - Throws: ``ExtractionFailure``; not when the part has no relationships.
  package init(of part: String, in archive: ZipArchive) throws {
    let path = ReferencePath(part)
    let entry = path.sibling("_rels/\(path.last).rels")
    guard archive.contains(entry) else {
      targets = []
      return
    }
    let list = List(path)
    try archive.parse(entry, list)
    targets = list.targets
  }

  package func part(id: String) -> String? { targets.first { $0.id == id }?.part }

  /// All parts of a type, each once.
  package func parts(ofType type: String) -> [String] {
    var seen: Set<String> = []
    return targets.filter { $0.type == type && seen.insert($0.part).inserted }.map(\.part)
  }

  private final class List: XMLReceiver {
    let path: ReferencePath
    var targets: [Target] = []

    init(_ path: ReferencePath) { self.path = path }

    func start(_ tag: XMLTag) throws {
      guard tag.name.local == "Relationship", tag["TargetMode"] != "External", let id = tag["Id"],
        let type = tag["Type"], let target = tag["Target"]
      else { return }
      guard targets.count < Relationships.maximum else { throw ExtractionFailure.tooMuchText }
      let word = type.split(separator: "/").last.map(String.init) ?? type
      targets.append(Target(id: id, type: word, part: path.sibling(target)))
    }

    func text(_ text: String) {}
    func end(_ name: XMLName) {}
  }
}
