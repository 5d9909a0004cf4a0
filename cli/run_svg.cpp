// A story as a still picture, for documents.
#include "cli/run_svg.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/message.hpp"

namespace peal::cli {
namespace {

/// The families and colours of the page (cli/view/families.js).
struct Family {
  std::string_view colour;
  std::array<std::string_view, 10> kinds;
};
constexpr std::array families = {
    Family{"#d1480f", {"Vote", "VoteAck", "Suspect", "LeaderAlive"}},
    Family{"#a8327f",
           {"Join", "JoinAnswer", "Leave", "ViewChange", "ViewAck", "NotAMember", "Merge"}},
    Family{"#1f5fc4", {"Submit", "Submitted", "Forward", "Forwarded"}},
    Family{"#b98400", {"Deliver", "DeliverAck", "Groups", "GroupPosts", "GroupAck"}},
    Family{"#0b8f6a", {"Push", "PushAck", "Want", "Found"}},
    Family{"#3c9ac9", {"Probe", "Announce"}},
    Family{"#8b909b", {"Heartbeat", "HeartbeatAck", "Ping", "Pong", "Have"}},
};
constexpr std::string_view other_colour = "#474c57";
constexpr std::array leader_grounds = {"#cfe3f7", "#f8dfc4", "#d5ecd4", "#eadbf3",
                                       "#cdebe9", "#efe9bf", "#f6d7e4"};

std::string_view colour_of_kind(std::string_view kind) {
  for (const Family& family : families)
    if (std::ranges::find(family.kinds, kind) != family.kinds.end()) return family.colour;
  return other_colour;
}

bool is_answer(std::string_view kind) { return kind.ends_with("Ack") || kind == "Pong"; }

bool is_folded(std::string_view kind) {
  const std::string_view colour = colour_of_kind(kind);
  return colour == families[5].colour || colour == families[6].colour;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

class Picture {
 public:
  Picture(const trace::Story& story, const Sieve& sieve, bool all)
      : story_(story), sieve_(sieve), all_(all) {
    choose_arrows();
    choose_range();
  }

  std::string draw() {
    const double height = top + row * static_cast<double>(rows_.size()) + 10;
    out_ = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"system-ui, sans-serif\" "
        "font-size=\"12\">\n<title>{2}</title>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
        width, height, escaped(story_.title));
    draw_axis(height);
    draw_grounds();
    draw_lines();
    for (const trace::Index arrow : arrows_) draw_arrow(story_.arrows[arrow]);
    return out_ + "</svg>\n";
  }

 private:
  [[nodiscard]] bool shown(trace::Index step) const {
    return step != trace::none && sieve_.lets_through(story_.steps[step]);
  }

  void choose_arrows() {
    std::set<trace::Index> lines;
    for (trace::Index i = 0; i < story_.arrows.size(); ++i) {
      const trace::Arrow& arrow = story_.arrows[i];
      if (!shown(arrow.sent) && !shown(arrow.arrived)) continue;
      if (!all_ && is_folded(kind_name(arrow.kind))) continue;
      arrows_.push_back(i);
      for (const trace::Index line : {arrow.from, arrow.to})
        if (line != trace::none) lines.insert(line);
    }
    for (const trace::Index line : lines) rows_.emplace(line, rows_.size());
  }

  void choose_range() {
    from_us_ = sieve_.from_us();
    to_us_ = std::min(sieve_.to_us(), story_.duration_us);
    if (to_us_ <= from_us_) to_us_ = from_us_ + 1;
  }

  [[nodiscard]] double x(std::int64_t at_us) const {
    const double part =
        static_cast<double>(at_us - from_us_) / static_cast<double>(to_us_ - from_us_);
    return left + (width - left - right) * std::clamp(part, 0.0, 1.0);
  }
  [[nodiscard]] double x_of(trace::Index step) const {
    return x(step == trace::none ? to_us_ : story_.steps[step].at_us);
  }
  [[nodiscard]] double y(trace::Index line) const {
    return top + row * (static_cast<double>(rows_.at(line)) + 0.5);
  }

  /// At 1, 2 or 5 times a power of ten, about ten of them.
  void draw_axis(double height) {
    const double rough = static_cast<double>(to_us_ - from_us_) / 10;
    const double power = std::pow(10, std::floor(std::log10(std::max(rough, 1.0))));
    const double part = rough / power;
    const double nice = part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10;
    const auto step = static_cast<std::int64_t>(nice * power);
    for (std::int64_t at = (from_us_ + step - 1) / step * step; at <= to_us_; at += step) {
      out_ += fmt::format(
          "<path d=\"M{0:.1f} {1} V{2:.0f}\" stroke=\"#e9ebef\"/>\n"
          "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\" "
          "fill=\"#5d6470\">{4}</text>\n",
          x(at), top - 10, height - 6, top - 16, time_text(at, step));
    }
  }
  static std::string time_text(std::int64_t at_us, std::int64_t step_us) {
    if (step_us < 1'000) return fmt::format("{:.3f} ms", static_cast<double>(at_us) / 1e3);
    if (step_us < 100'000) return fmt::format("{:.0f} ms", static_cast<double>(at_us) / 1e3);
    return fmt::format("{:.1f} s", static_cast<double>(at_us) / 1e6);
  }

  /// Views as colours, and where a process does not run.
  void draw_grounds() {
    for (const trace::InView& in : story_.views) {
      if (!rows_.contains(in.line) || !in.view.id || in.role == Role::looking) continue;
      const double begin = x_of(in.from);
      const double end = x_of(in.to);
      if (end - begin < 0.5) continue;
      const auto colour = leader_grounds.at(in.view.id.leader.value % leader_grounds.size());
      const bool leads = in.role == Role::leader;
      out_ += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" "
          "fill=\"{}\"{}/>\n",
          begin, y(in.line) - band, end - begin, 2 * band, colour,
          leads ? " stroke=\"#c98a00\"" : "");
      if (end - begin > 60)
        out_ += fmt::format(
            "<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"#5d6470\" font-size=\"10\">"
            "view {}{}</text>\n",
            begin + 3, y(in.line) - band - 3, in.view.id.number, leads ? ", leads" : "");
    }
    for (const trace::Life& life : story_.lives) {
      if (life.to == trace::none || !rows_.contains(life.line)) continue;
      trace::Index until = trace::none;
      for (const trace::Life& next : story_.lives)
        if (next.line == life.line && next.from > life.to) until = std::min(until, next.from);
      const double begin = x_of(life.to);
      const double end = x_of(until);
      if (end - begin < 0.5) continue;
      out_ += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" "
          "fill=\"#e9ebef\" stroke=\"#b3261e\" stroke-dasharray=\"2 3\"/>\n",
          begin, y(life.line) - band, end - begin, 2 * band);
    }
  }

  void draw_lines() {
    for (const auto& [line, number] : rows_)
      out_ += fmt::format(
          "<path d=\"M{0} {1:.1f} H{2}\" stroke=\"#9aa1ac\"/>\n"
          "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\" fill=\"#1c2026\">{5}</text>\n",
          left, y(line), width - right, left - 10, y(line) + 4, escaped(story_.lines[line].name));
  }

  void draw_arrow(const trace::Arrow& arrow) {
    if (arrow.from == trace::none || arrow.to == trace::none || arrow.sent == trace::none) return;
    const std::string_view kind = kind_name(arrow.kind);
    const std::string_view colour = colour_of_kind(kind);
    const double x1 = x_of(arrow.sent);
    const double y1 = y(arrow.from);
    const bool lost = arrow.arrived == trace::none;
    const double x2 = lost ? x1 + 8 : x_of(arrow.arrived);
    const double y2 = lost ? y1 + (y(arrow.to) - y1) * 0.6 : y(arrow.to);
    out_ += fmt::format(
        "<path d=\"M{:.1f} {:.1f} L{:.1f} {:.1f}\" stroke=\"{}\"{}{}>"
        "<title>{}</title></path>\n",
        x1, y1, x2, y2, colour, kind == "Vote" ? " stroke-width=\"2\"" : "",
        is_answer(kind) ? " stroke-dasharray=\"3 3\"" : "", escaped(arrow.text));
    if (lost)
      out_ += fmt::format(
          "<path d=\"M{0:.1f} {1:.1f} l8 8 m0 -8 l-8 8\" stroke=\"#b3261e\" "
          "stroke-width=\"1.5\"/>\n",
          x2 - 4, y2 - 4);
    else
      draw_head(x1, y1, x2, y2, colour);
  }

  void draw_head(double x1, double y1, double x2, double y2, std::string_view colour) {
    const double length = std::max(std::hypot(x2 - x1, y2 - y1), 1e-9);
    const double dx = (x2 - x1) / length;
    const double dy = (y2 - y1) / length;
    out_ +=
        fmt::format("<path d=\"M{:.1f} {:.1f} L{:.1f} {:.1f} L{:.1f} {:.1f} Z\" fill=\"{}\"/>\n",
                    x2, y2, x2 - 8 * dx + 3 * dy, y2 - 8 * dy - 3 * dx, x2 - 8 * dx - 3 * dy,
                    y2 - 8 * dy + 3 * dx, colour);
  }

  static constexpr double left = 130;
  static constexpr double right = 20;
  static constexpr double width = 1'200;
  static constexpr double row = 56;
  static constexpr double top = 40;
  static constexpr double band = 15;  ///< half the height of a machine's ground

  const trace::Story& story_;
  const Sieve& sieve_;
  bool all_;
  std::vector<trace::Index> arrows_;
  std::map<trace::Index, std::size_t> rows_;  ///< by line
  std::int64_t from_us_ = 0;
  std::int64_t to_us_ = 0;
  std::string out_;
};

}  // namespace

std::string run_svg(const trace::Story& story, const Sieve& sieve, bool all) {
  return Picture(story, sieve, all).draw();
}

}  // namespace peal::cli
