import Foundation
import Testing

@testable import IndexModel

@Suite("JSONContract")
struct JSONContractTests {
  private struct Sample: Encodable {
    struct Inner: Encodable {
      var bestLine = 3
      var fileName = "aB\"cD:\\"
    }
    var tookMs = 1.5
    var pathLikeText = "\"keyLike\":1"
    var innerOnes = [Inner(), Inner()]
    var counts = ["too_large": 1]
    var über = "ÄÖ"
  }

  @Test("Keys are in snake case, at every depth; what is in texts stays, quotes, colons and backslashes included")
  func keys() throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let expected = try JSONSerialization.jsonObject(with: encoder.encode(Sample())) as? NSDictionary
    let found = try JSONContract.encode(Sample())
    #expect(try JSONSerialization.jsonObject(with: found) as? NSDictionary == expected)
    #expect(String(decoding: found, as: UTF8.self).contains(#""file_name":"aB\"cD:\\""#))
  }

  @Test("What is no object is as it was")
  func others() throws {
    #expect(String(decoding: try JSONContract.encode(["aB", "cD"]), as: UTF8.self) == #"["aB","cD"]"#)
    #expect(JSONContract.snakeCased(Data("\"".utf8)) == Data("\"".utf8))
    #expect(JSONContract.snakeCased(Data(#""\"#.utf8)).count == 2)
  }
}
