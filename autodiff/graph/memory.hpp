#pragma once
// Memory that outlives a graph.
//
// A graph made anew in every call of a function would pay for fresh pages each time, which costs more than recording into them.
// Each thread therefore keeps a few blocks that its graphs gave back. `buffer` holds plain old data, grows without running
// constructors, and leaves what it had untouched when memory runs out.

#include <cstddef>
#include <utility>

namespace seegrad {

class buffer {
 public:
  buffer() = default;
  buffer(buffer&& o) noexcept : data_(std::exchange(o.data_, nullptr)), bytes_(std::exchange(o.bytes_, 0)) {}
  auto operator=(buffer&& o) noexcept -> buffer& { return std::swap(data_, o.data_), std::swap(bytes_, o.bytes_), *this; }
  ~buffer();

  auto data() const -> void* { return data_; }
  auto bytes() const -> std::size_t { return bytes_; }
  /// At least `bytes`, keeping the contents. Throws std::bad_alloc and changes nothing if there is no memory.
  auto grow(std::size_t bytes) -> void;
  /// At least `bytes`, with contents lost.
  auto renew(std::size_t bytes) -> void;

 private:
  void* data_ = nullptr;
  std::size_t bytes_ = 0;
};

/// Frees the blocks this thread keeps.
auto release_spare_memory() -> void;

}  // namespace seegrad
