#include <autodiff/graph/memory.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <autodiff/graph/address_space.hpp>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

namespace seegrad {
namespace {

struct block {
  void* data = nullptr;
  std::size_t bytes = 0;  // of a room: those that may have been written
  buffer::use use = buffer::use::scratch;
};

// Buffers of static storage outlive what their thread keeps.
constinit thread_local bool has_ended = false;

// What one thread keeps: enough for the records, rules and adjoints of two nested graphs, small and large.
struct spare_blocks {
  std::array<block, 4> small;
  std::array<block, 6> rooms;
  ~spare_blocks() { release(), has_ended = true; }
  auto release() -> void {
    for (auto& b : small) std::free(std::exchange(b, {}).data);
    for (auto& r : rooms)
      if (auto* data = std::exchange(r, {}).data) detail::address_space::give_back(data);
  }
};
thread_local spare_blocks spare;

std::atomic<std::size_t> most_kept = std::numeric_limits<std::size_t>::max();

// What was not given in ordinary memory is too large to keep: there it would not come back to the system.
constexpr std::size_t largest_spare = std::size_t{256} << 20;

auto take_small(std::size_t bytes) -> block {
  block* best = nullptr;
  for (auto& b : spare.small)
    if (b.bytes >= bytes && (!best || b.bytes < best->bytes)) best = &b;
  return best ? std::exchange(*best, {}) : block{};
}

auto give_small(block b) -> void {
  if (!has_ended && b.bytes <= std::min(largest_spare, most_kept.load(std::memory_order_relaxed)))
    for (auto& s : spare.small)
      if (s.bytes < b.bytes) std::swap(s, b);  // Keeps the largest ones; the smallest falls out at the end.
  std::free(b.data);
}

// The one with the most pages of those that had that use.
auto take_room(buffer::use use) -> block {
  block* best = nullptr;
  for (auto& r : spare.rooms)
    if (r.data && r.use == use && (!best || r.bytes > best->bytes)) best = &r;
  return best ? std::exchange(*best, {}) : block{detail::address_space::take(), 0, use};
}

auto give_room(block b) -> void {
  if (const auto most = most_kept.load(std::memory_order_relaxed); b.bytes > most) {
    detail::address_space::drop_pages(static_cast<std::byte*>(b.data) + most, b.bytes - most);
    b.bytes = most;
  }
  if (!has_ended)
    for (auto& r : spare.rooms)
      if (!r.data || r.bytes < b.bytes) std::swap(r, b);
  if (b.data) detail::address_space::give_back(b.data);
}

}  // namespace

buffer::~buffer() {
  if (is_room_) give_room({data_, touched_, use_});
  else give_small({data_, bytes_});
}

auto buffer::grow(std::size_t bytes) -> void {
  if (bytes <= bytes_) return;
  if (!data_) return renew(bytes);
  if (is_room_) {
    if (bytes > detail::address_space::room) throw std::bad_alloc{};
    bytes_ = bytes, touched_ = std::max(touched_, bytes);
    return;
  }
  if (bytes >= detail::address_space::worth_it && bytes <= detail::address_space::room)
    if (const auto room = take_room(use_); room.data) {
      std::memcpy(room.data, data_, bytes_);
      give_small({std::exchange(data_, room.data), std::exchange(bytes_, bytes)});
      touched_ = std::max(room.bytes, bytes), is_room_ = true;
      return;
    }
  auto* p = std::realloc(data_, bytes);
  if (!p) throw std::bad_alloc{};
  data_ = p, bytes_ = bytes;
}

auto buffer::renew(std::size_t bytes) -> void {
  if (bytes <= bytes_) return;
  if (is_room_) return grow(bytes);
  buffer other(use_);
  if (bytes >= detail::address_space::worth_it && bytes <= detail::address_space::room)
    if (const auto room = take_room(use_); room.data) {
      other.data_ = room.data, other.bytes_ = bytes, other.touched_ = std::max(room.bytes, bytes), other.is_room_ = true;
      return swap(other);
    }
  auto b = take_small(bytes);
  if (!b.data) b.data = std::malloc(bytes), b.bytes = bytes;
  if (!b.data) throw std::bad_alloc{};
  other.data_ = b.data, other.bytes_ = b.bytes;
  swap(other);
}

auto buffer::forget(std::size_t from, std::size_t bytes) -> void {
  constexpr std::size_t few = std::size_t{64} << 20;  // which a system call is not worth
  if (is_room_ && bytes > few && from < bytes_ && bytes <= bytes_ - from)
    detail::address_space::lend_pages(static_cast<std::byte*>(data_) + from, bytes);
}

auto release_spare_memory() -> void { spare.release(); }
auto keep_spare_memory(std::size_t bytes) -> void { most_kept.store(bytes, std::memory_order_relaxed); }

}  // namespace seegrad
