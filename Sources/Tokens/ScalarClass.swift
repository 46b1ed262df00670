extension ScalarFolding {
  /// What a scalar is, before folding, by its general category and its script's block.
  static func classify(_ scalar: Unicode.Scalar) -> Class {
    let properties = scalar.properties
    switch properties.generalCategory {
    case .decimalNumber: return .digit
    case .uppercaseLetter, .titlecaseLetter: return .upper
    case .lowercaseLetter: return .lower
    case .letterNumber, .otherNumber, .modifierLetter, .otherLetter:
      if isUnspaced(scalar.value) { return .ideograph }
      return properties.isUppercase ? .upper : properties.isLowercase ? .lower : .letter
    case .nonspacingMark, .enclosingMark, .spacingMark:
      if isDiacritic(scalar.value) { return .nothing }
      return isUnspaced(scalar.value) ? .ideograph : .letter
    case .format: return isJoiner(scalar.value) ? .nothing : .separator
    default: return .separator
    }
  }

  /// Marks that a reader may leave out. Those of Indic scripts are vowels, and stay.
  private static func isDiacritic(_ value: UInt32) -> Bool {
    switch value {
    case 0x0300...0x036F, 0x0483...0x0489, 0x0591...0x05C7, 0x0610...0x061A, 0x064B...0x065F, 0x0670,
      0x06D6...0x06ED, 0x0711, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0x302A...0x302F,
      0xFE00...0xFE0F, 0xFE20...0xFE2F, 0xE0100...0xE01EF:
      true
    default: false
    }
  }

  /// Soft hyphen, zero width joiner and non-joiner, word joiner.
  private static func isJoiner(_ value: UInt32) -> Bool {
    [0x00AD, 0x200C, 0x200D, 0x2060].contains(value)
  }

  /// The blocks of Chinese, Japanese and Korean, and of Thai, Lao, Burmese and Khmer.
  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x1100...0x11FF, 0x2E80...0x2FDF,
      0x3005...0x3007, 0x3021...0x3029, 0x3031...0x3035, 0x303B...0x303C, 0x3041...0x318F, 0x31A0...0x31FF,
      0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA960...0xA97F, 0xAC00...0xD7FF, 0xF900...0xFAFF, 0xFF66...0xFFDC,
      0x1_6FE0...0x1_B2FF, 0x2_0000...0x3_FFFF:
      true
    default: false
    }
  }
}
