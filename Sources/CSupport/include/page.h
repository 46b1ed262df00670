/// The web page and the description of the HTTP API, part of the program so that it is a single file.
#pragma once

extern const char *const csupport_page_html;
extern const char *const csupport_page_css;
extern const char *const csupport_page_js;
extern const char *const csupport_page_sources_js;
extern const char *const csupport_page_svg;
extern const char *const csupport_openapi;
