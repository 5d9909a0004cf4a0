// The page that shows a run, without one.
#pragma once

#include <string_view>

namespace peal::cli {

/// HTML that stands for itself; "/*RUN*/" is where the run goes, as JSON. Made from cli/view.
[[nodiscard]] std::string_view view_page();

}  // namespace peal::cli
