/// Chooses one of the forms in which an Office Open XML document has the same content, such as a text box for new and
/// for old programs (ECMA-376 part 3, 7.6): the first choice, or the fallback when there is none.
struct AlternateContent {
  /// For each open `mc:AlternateContent`, whether a form was chosen already.
  private var chosen: [Bool] = []

  /// - Returns: whether the element, a form that was not chosen, is to be skipped with all that is in it.
  mutating func skips(_ name: XMLName) -> Bool {
    switch name.qualified {
    case "mc:AlternateContent": chosen.append(false)
    case "mc:Choice", "mc:Fallback":
      guard let last = chosen.last else { return false }
      chosen[chosen.count - 1] = true
      return last
    default: break
    }
    return false
  }

  mutating func end(_ name: XMLName) {
    if name.qualified == "mc:AlternateContent" { _ = chosen.popLast() }
  }
}
