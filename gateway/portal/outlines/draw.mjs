// Draws the outlines of the participating countries once, for the portal's map; see outlines/README.md.
import fs from "node:fs"
import { geoAzimuthalEqualArea, geoArea, geoCentroid, geoPath } from "d3-geo"
import { feature } from "topojson-client"
import { presimplify, quantile, simplify } from "topojson-simplify"

const WIDTH = 720
const HEIGHT = 600
const KEPT = 0.25 // share of the points that is kept
const SMALLEST = 3e-6 // of an islet, in steradians
const CORNERS = [[-24, 64], [-10, 36], [9.5, 31], [39, 29.5], [50, 39], [30, 70]]
// three letters of the atlas to two of ours
const TAKE_PART = Object.fromEntries(
  ("AUT:AT BEL:BE BGR:BG HRV:HR CYP:CY CZE:CZ DNK:DK EST:EE FIN:FI FRA:FR DEU:DE GRC:GR HUN:HU IRL:IE " +
    "ITA:IT LVA:LV LTU:LT LUX:LU MLT:MT NLD:NL POL:PL PRT:PT ROU:RO SVK:SK SVN:SI ESP:ES SWE:SE ALB:AL " +
    "BIH:BA MKD:MK ISL:IS LIE:LI NOR:NO SRB:RS TUR:TR MNE:ME XKX:XK ARM:AM AZE:AZ GEO:GE MDA:MD UKR:UA " +
    "TUN:TN JOR:JO LBN:LB DZA:DZ")
    .split(" ")
    .map((pair) => pair.split(":")),
)

const [source, target] = process.argv.slice(2)
const world = JSON.parse(fs.readFileSync(source))
const weighed = presimplify(world)
const plain = simplify(weighed, quantile(weighed, KEPT))
const projection = geoAzimuthalEqualArea()
  .rotate([-17, -51])
  .fitExtent([[4, 4], [WIDTH - 4, HEIGHT - 4]], { type: "MultiPoint", coordinates: CORNERS })
  .precision(0.5)
  .clipExtent([[-420, -4], [WIDTH + 420, HEIGHT + 4]]) // a wide page shows more of the sea
const path = geoPath(projection).digits(0)

const isNear = ([longitude, latitude]) => longitude > -32 && longitude < 75 && latitude > 20 && latitude < 75

function shown(country) {
  const { geometry } = country
  if (geometry?.type !== "MultiPolygon") return country
  const polygon = (coordinates) => ({ type: "Polygon", coordinates })
  const near = geometry.coordinates.filter(
    (part) => isNear(geoCentroid(polygon(part))) && geoArea(polygon(part)) > SMALLEST,
  )
  const kept = near.length ? near : [geometry.coordinates[0]]
  return { ...country, geometry: { type: "MultiPolygon", coordinates: kept } }
}

const countries = {}
let others = ""
for (const country of feature(plain, plain.objects.countries).features) {
  const drawn = path(shown(country))
  const code = TAKE_PART[country.properties.a3]
  if (!drawn) continue
  if (code) countries[code] = drawn
  else others += drawn
}
fs.writeFileSync(target, `${JSON.stringify({ width: WIDTH, height: HEIGHT, countries, others })}\n`)
