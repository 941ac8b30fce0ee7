#pragma once
// As much of zip archives as files of arrays need: entries stored or deflated, found by the directory at the end, of any size (ZIP64). The format:
// PKWARE, APPNOTE.TXT 6.3. Errors are thrown without a "who".

#include <autodiff/array/npy.hpp>
#include <memory>
#include <string_view>
#include <vector>

namespace seegrad::detail::zip {

struct entry {
  std::string name;
  bool deflated;
  std::uint32_t checksum;
  std::int64_t packed, size;  // bytes in the archive, and of what they stand for
  std::int64_t at;            // the first of them
};

/// What a stream that can be positioned holds, in the order of its directory. Throws if entries overlap or lie outside.
auto directory(std::istream& in) -> std::vector<entry>;

/// The bytes of one entry.
class entry_source : public detail::byte_source {
 public:
  entry_source(std::istream& in, const entry& e);
  ~entry_source() override;
  auto read(void* to, std::size_t n) -> void override;
  auto left() -> std::int64_t override { return left_; }
  /// To be called once everything is read: throws if there is more, or if the checksum is another.
  auto finish() -> void;

 private:
  struct unpacking;
  auto unpack(char* to, std::size_t n) -> void;

  std::istream& in_;
  std::uint32_t expected_, checksum_ = 0;
  std::int64_t left_, packed_left_;
  std::unique_ptr<unpacking> unpacking_;
};

class writer {
 public:
  explicit writer(std::ostream& out) : out_(out) {}
  /// One entry, the pieces one after the other.
  auto add(const std::string& name, const std::vector<std::string_view>& pieces, bool deflated) -> void;
  /// Writes the directory.
  auto finish() -> void;

 private:
  auto put(std::string_view bytes) -> void;

  std::ostream& out_;
  std::string directory_;
  std::uint64_t written_ = 0, entries_ = 0;
};

}  // namespace seegrad::detail::zip
