#pragma once
// Memory that outlives a graph.
//
// A graph made anew in every call of a function would pay for fresh pages each time, which costs more than recording into them.
// Each thread therefore keeps a few blocks that its graphs gave back, of any size: while nobody uses a large one the system may take its
// pages. `buffer` holds plain old data, grows without running constructors, and leaves what it had untouched when memory runs out.

#include <cstddef>
#include <utility>

namespace seegrad {

/// Bytes that grow; what a graph gives back is kept for the next one of its thread.
class buffer {
 public:
  /// What it is for: a thread gives a large block to the use that it had before, whose pages it has.
  enum class use { records, rules, adjoints, scratch };

  buffer() = default;
  explicit buffer(use what_for) : use_(what_for) {}
  buffer(buffer&& o) noexcept { swap(o); }
  auto operator=(buffer&& o) noexcept -> buffer& { return swap(o), *this; }
  ~buffer();

  /// Its beginning; null while it is empty.
  auto data() const -> void* { return data_; }
  /// How many there are.
  auto bytes() const -> std::size_t { return bytes_; }
  /// At least `bytes`, keeping the contents. Throws std::bad_alloc and changes nothing if there is no memory.
  auto grow(std::size_t bytes) -> void;
  /// At least `bytes`, with contents lost.
  auto renew(std::size_t bytes) -> void;
  /// Nobody reads [from, from + bytes) any more: the system may take the pages.
  auto forget(std::size_t from, std::size_t bytes) -> void;

 private:
  auto swap(buffer& o) noexcept -> void {
    std::swap(data_, o.data_), std::swap(bytes_, o.bytes_), std::swap(touched_, o.touched_), std::swap(is_room_, o.is_room_);
    std::swap(use_, o.use_);
  }

  void* data_ = nullptr;
  std::size_t bytes_ = 0;
  std::size_t touched_ = 0;  // of a room: as far as anybody may have written
  use use_ = use::scratch;
  bool is_room_ = false;  // a room of address_space, else ordinary memory
};

/// Frees the blocks this thread keeps.
auto release_spare_memory() -> void;
/// From now on no thread keeps more than so many bytes in each of the few large blocks that a graph gave back. Unless it is called, as
/// many as the graph used.
auto keep_spare_memory(std::size_t bytes) -> void;

}  // namespace seegrad
