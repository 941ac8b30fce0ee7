#pragma once
// The bytes of a file, plain or packed by gzip, which its first two bytes tell.
//
//   nn::detail::byte_file file("train-images-idx3-ubyte.gz", "load_idx");
//   const auto head = file.read(4);
//
// What is asked for is never believed: memory grows with the bytes that really come. The formats: RFC 1951 and 1952, read by
// zlib.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace seegrad::nn::detail {

class byte_file {
 public:
  /// Throws in the name of `who` if it cannot be read.
  byte_file(std::filesystem::path file, std::string who);
  ~byte_file();

  /// The next n bytes, or fewer at the end. Throws if what is packed is damaged or cut off.
  auto read(std::size_t n) -> std::vector<unsigned char>;
  /// More bytes than the whole file can hold, unpacked.
  auto bound() const -> std::uint64_t { return bound_; }
  /// Throws an error about this file.
  [[noreturn]] auto fail(const std::string& what) const -> void;

 private:
  struct unpacker;
  auto read_some(unsigned char* to, std::size_t n) -> std::size_t;

  std::filesystem::path file_;
  std::string who_;
  std::ifstream in_;
  std::uint64_t bound_;
  std::unique_ptr<unpacker> unpacker_;
};

/// All of a file, plain or unpacked.
auto text_of(const std::filesystem::path& file, const std::string& who) -> std::string;

}  // namespace seegrad::nn::detail
