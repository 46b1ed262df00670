import Testing

@testable import Tokens

@Suite("TokenBuffer")
struct TokenBufferTests {
  @Test("removing keeps the memory or gives it back")
  func removeAll() {
    let buffer = TokenBuffer(capacity: 16)
    buffer.reserve(1000)
    #expect(buffer.capacity >= 1000)
    buffer.count = 500
    buffer.removeAll()
    #expect(buffer.count == 0 && buffer.capacity >= 1000)
    buffer.removeAll(keepingCapacity: false)
    #expect(buffer.count == 0 && buffer.capacity < 1000)
  }

  @Test("growing keeps the bytes in use")
  func growth() {
    let buffer = TokenBuffer(capacity: 4)
    for byte in UInt8.min...UInt8.max {
      buffer.reserve(1)
      buffer.baseAddress.storeBytes(of: byte, toByteOffset: buffer.count, as: UInt8.self)
      buffer.count += 1
    }
    #expect(buffer.bytes.elementsEqual(UInt8.min...UInt8.max))
  }
}
