#include "page.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const char html[] = {
#embed "../HTTPAPI/Files/page.html"
    , 0};

static const char css[] = {
#embed "../HTTPAPI/Files/page.css"
    , 0};

static const char js[] = {
#embed "../HTTPAPI/Files/page.js"
    , 0};

static const char sources_js[] = {
#embed "../HTTPAPI/Files/page-sources.js"
    , 0};

static const char svg[] = {
#embed "../HTTPAPI/Files/page.svg"
    , 0};

static const char openapi[] = {
#embed "../HTTPAPI/Files/openapi.json"
    , 0};

const char *const csupport_page_html = html;
const char *const csupport_page_css = css;
const char *const csupport_page_js = js;
const char *const csupport_page_sources_js = sources_js;
const char *const csupport_page_svg = svg;
const char *const csupport_openapi = openapi;
