#include <autodiff/array/mapped_npy.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/npy_elements.hpp>
#include <fmt/format.h>
#include <vector>

namespace seegrad {
namespace {

// A file from its beginning on.
class file_source : public detail::byte_source {
 public:
  explicit file_source(const detail::mapped_file& file) : file_(file) {}
  auto read(void* to, std::size_t n) -> void override {
    if (left() < static_cast<std::int64_t>(n))
      throw error(fmt::format("the file ends {} bytes too early", static_cast<std::int64_t>(n) - left()));
    file_.read(at_, to, n);
    at_ += static_cast<std::int64_t>(n);
  }
  auto left() -> std::int64_t override { return file_.size() - at_; }
  auto at() const -> std::int64_t { return at_; }

 private:
  const detail::mapped_file& file_;
  std::int64_t at_ = 0;
};

}  // namespace

struct mapped_npy::contents {
  contents(const std::filesystem::path& path, file_access how) : file(path, "mapped_npy", how) {
    file_source source(file);
    try {
      head = detail::read_npy_header(source);
    } catch (const error& e) {
      file.fail(e.what());
    }
    elements_at = source.at();
    const auto bytes = elements(head.shape) * static_cast<std::int64_t>(head.type.width);
    if (bytes != source.left())
      file.fail(fmt::format("an array of shape {} has {} bytes, but {} are there", to_string(head.shape), bytes, source.left()));
    if (head.shape.size() == 0) file.fail("it holds a single number, which has no rows; load_npy reads it");
    if (head.column_major && head.shape.size() > 1)
      file.fail("it is laid out column by column, so that no row lies together; in numpy, numpy.ascontiguousarray(x) turns it");
    row = elements(head.shape.from(1));
  }

  auto copy(std::int64_t first, index_t count, std::byte* to) const -> void {
    const auto n = static_cast<std::size_t>(row * count), bytes = n * head.type.width;
    const auto at = elements_at + first * row * static_cast<std::int64_t>(head.type.width);
    if (detail::is_as_in_memory(head.type)) return file.read(at, to, bytes);
    std::vector<char> as_in_file(bytes);
    file.read(at, as_in_file.data(), bytes);
    try {
      detail::decode_elements(head.type, as_in_file.data(), n, to);
    } catch (const error& e) {
      file.fail(fmt::format("rows from {} on: {}", first, e.what()));
    }
  }

  detail::mapped_file file;
  detail::npy_head head;
  std::int64_t elements_at = 0;
  index_t row = 0;  // elements of one
};

mapped_npy::mapped_npy(const std::filesystem::path& file, file_access how)
    : contents_(std::make_shared<const contents>(file, how)) {}
mapped_npy::~mapped_npy() = default;

auto mapped_npy::shape() const -> const dims& { return contents_->head.shape; }
auto mapped_npy::type() const -> dtype { return contents_->head.type.becomes(); }
auto mapped_npy::is_mapped() const -> bool { return contents_->file.is_mapped(); }

auto mapped_npy::rows(index_t begin, index_t end) const -> array {
  if (begin < 0 || begin > end || end > size())
    contents_->file.fail(fmt::format("rows {} up to {} of {}; 0 <= begin <= end <= size is wanted", begin, end, size()));
  auto out = array::uninitialized(type(), dims{end - begin} + shape().from(1));
  contents_->file.need_whole();
  contents_->copy(begin, end - begin, static_cast<std::byte*>(out.raw()));
  return out;
}

auto mapped_npy::rows(std::span<const std::int64_t> numbers) const -> array {
  for (const auto i : numbers)
    if (i < 0 || i >= size()) contents_->file.fail(fmt::format("row {} of {}", i, size()));
  auto out = array::uninitialized(type(), dims{static_cast<index_t>(numbers.size())} + shape().from(1));
  contents_->file.need_whole();
  const auto bytes = static_cast<std::size_t>(contents_->row) * size_of(type());
  auto* to = static_cast<std::byte*>(out.raw());
  for (const auto i : numbers) contents_->copy(i, 1, to), to += bytes;
  return out;
}

}  // namespace seegrad
