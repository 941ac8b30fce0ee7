#include <nn/data/image/image_folder.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <nn/data/image/resize.hpp>

namespace seegrad::nn {
namespace {

namespace fs = std::filesystem;

// What the file system refuses is an error like others.
template <class F>
auto of_files(const fs::path& folder, F f) {
  try {
    return f();
  } catch (const fs::filesystem_error& e) {
    throw error(fmt::format("image_folder: '{}': {}", folder.string(), e.code().message()));
  }
}

auto suffix_of(const fs::path& file) -> std::string {
  auto suffix = file.extension().string();
  for (auto& c : suffix)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return suffix;
}

auto pictures_below(const fs::path& folder) -> std::vector<fs::path> {
  std::vector<fs::path> found;
  bool has_jpeg = false;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto suffix = suffix_of(entry.path());
    has_jpeg |= suffix == ".jpg" || suffix == ".jpeg";
    const bool is_picture = suffix == ".png" || suffix == ".ppm" || suffix == ".pgm" || suffix == ".pbm" || suffix == ".pnm";
    if (is_picture && entry.is_regular_file()) found.push_back(entry.path());
  }
  if (found.empty())
    throw error(fmt::format("image_folder: '{}' has no picture in .png, .ppm, .pgm, .pbm or .pnm{}", folder.string(),
                            has_jpeg ? "; ImageMagick's `mogrify -format png *.jpg` makes such of JPEG" : ""));
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    const auto in_a = a.parent_path().native(), in_b = b.parent_path().native();
    return in_a != in_b ? in_a < in_b : a.filename().native() < b.filename().native();
  });
  return found;
}

}  // namespace

image_folder::image_folder(const fs::path& folder, const image_folder_options& how) : how_(how) {
  if (how_.height < 0 || how_.width < 0 || (how_.height == 0) != (how_.width == 0))
    throw error(fmt::format("image_folder: .height is {} and .width {}; both are positive, or both 0", how_.height, how_.width));
  of_files(folder, [&] {
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.is_directory()) classes_.push_back(entry.path().filename().string());
  });
  if (classes_.empty())
    throw error(fmt::format("image_folder: '{}' has no folder in it; there is one for each class", folder.string()));
  std::sort(classes_.begin(), classes_.end());
  for (std::size_t label = 0; label < classes_.size(); ++label) {
    const auto found = of_files(folder, [&] { return pictures_below(folder / classes_[label]); });
    files_.insert(files_.end(), found.begin(), found.end());
    labels_.resize(files_.size(), static_cast<std::int64_t>(label));
  }
  shape_ = load(0).shape();
}

auto image_folder::file(index_t sample) const -> const fs::path& {
  if (sample < 0 || sample >= size()) throw error(fmt::format("image_folder: sample {} of {}", sample, size()));
  return files_[static_cast<std::size_t>(sample)];
}
auto image_folder::label(index_t sample) const -> index_t {
  static_cast<void>(file(sample));
  return labels_[static_cast<std::size_t>(sample)];
}

auto image_folder::load(std::size_t sample) const -> array {
  const auto x = load_image(files_[sample], {.channels = how_.channels, .most_pixels = how_.most_pixels});
  const auto shape = how_.height > 0 ? dims{x.extent(0), how_.height, how_.width} : x.shape();
  if (!shape_.empty() && shape != shape_)
    throw error(fmt::format("image_folder: '{}' is {}, and the first picture {}; .channels, .height and .width make all alike",
                            files_[sample].string(), to_string(shape), to_string(shape_)));
  return shape == x.shape() ? x : resize_bilinear(x, how_.height, how_.width);
}

auto image_folder::batch(std::span<const std::int64_t> numbers) const -> dataset {
  const auto n = static_cast<index_t>(numbers.size());
  dataset out{array::uninitialized(float32, dims{n} + shape_), array::uninitialized(int64, {n})};
  auto pixels = out.inputs.writable<float>();
  auto labels = out.targets.writable<std::int64_t>();
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto sample = static_cast<std::size_t>(numbers[i]);
    const auto picture = load(sample);
    std::ranges::copy(picture.elements<float>(), pixels.subspan(i * static_cast<std::size_t>(picture.size())).begin());
    labels[i] = labels_[sample];
  }
  return out;
}

}  // namespace seegrad::nn
