//! Google Base, with which shops list their products (<http://base.google.com/ns/1.0>). It has hundreds of
//! elements; those of its first version are checked here, the others are ignored.

use super::dates::Iso;
use super::element::{Child, EMPTY, Shape, shaped, text};
use super::values::{NATURAL, POSITIVE, TRUE_OR_FALSE, URL, Value};

const AMOUNT: Value = Value::Leading("InvalidFloat");
const MEASURE: Value = Value::Unit("InvalidFloatUnit");
const MOMENT: Value = Value::Iso(Iso::Any);

const RANGE: Shape = Shape { children: &[&[text(&["g:start", "g:end"], MOMENT)]], ..EMPTY };
const SHIPPING: Shape = Shape {
    children: &[&[
        text(
            &["g:service"],
            Value::Word(
                &["FedEx", "UPS", "DHL", "Mail", "Other", "Overnight", "Standard"],
                false,
                "InvalidServiceType",
            ),
        ),
        text(&["g:country"], Value::Code(2, "InvalidCountryCode")),
        text(&["g:price"], MEASURE),
    ]],
    is_open: true,
    ..EMPTY
};

/// Of items.
pub(super) const OF_ITEMS: &[Child] = &[
    text(
        &[
            "g:actor",
            "g:agent",
            "g:area",
            "g:apparel_type",
            "g:artist",
            "g:author",
            "g:brand",
            "g:color",
            "g:condition",
            "g:course",
            "g:course_number",
            "g:course_times",
            "g:cuisine",
            "g:delivery_notes",
            "g:education",
            "g:employer",
            "g:ethnicity",
            "g:format",
            "g:id",
            "g:immigration_status",
            "g:interested_in",
            "g:isbn",
            "g:job_function",
            "g:job_industry",
            "g:job_type",
            "g:main_ingredient",
            "g:make",
            "g:manufacturer",
            "g:manufacturer_id",
            "g:meal_type",
            "g:model",
            "g:model_number",
            "g:name_of_item_being_reviewed",
            "g:news_source",
            "g:occupation",
            "g:payment_notes",
            "g:product_type",
            "g:property_type",
            "g:publication_name",
            "g:publication_volume",
            "g:review_type",
            "g:school_district",
            "g:sexual_orientation",
            "g:size",
            "g:subject",
            "g:subject_area",
            "g:tax_region",
            "g:university",
            "g:upc",
            "g:vehicle_type",
            "g:vin",
        ],
        Value::Plain,
    ),
    text(&["g:age", "g:bathrooms", "g:bedrooms", "g:quantity"], NATURAL),
    text(&["g:pages"], POSITIVE).filled(),
    text(
        &[
            "g:calories", "g:cholesterol", "g:cooking_time", "g:fiber", "g:hoa_dues", "g:salary",
            "g:saturated_fat", "g:servings", "g:sodium", "g:total_carbs", "g:total_fat",
        ],
        AMOUNT,
    ),
    text(
        &[
            "g:delivery_radius", "g:megapixels", "g:memory", "g:preparation_time", "g:price",
            "g:processor_speed", "g:protein", "g:weight",
        ],
        MEASURE,
    ),
    text(&["g:mileage"], Value::Leading("InvalidIntUnit")),
    text(&["g:tax_percent"], Value::Percentage),
    text(&["g:expiration_date", "g:publish_date"], Value::Iso(Iso::Day)),
    text(&["g:expiration_date_time"], MOMENT),
    shaped(&["g:course_date_range", "g:event_date_range", "g:travel_date_range"], &RANGE),
    text(&["g:from_location", "g:to_location"], Value::Fields(2, 3, "InvalidLocation")),
    text(&["g:location"], Value::Fields(5, 5, "InvalidFullLocation")),
    text(&["g:label"], Value::Fields(1, 1, "InvalidLabel")).many(),
    text(&["g:image_link"], URL).many(),
    text(&["g:url_of_item_being_reviewed"], URL),
    text(&["g:year"], Value::Number(1900, 2100, "InvalidYear")),
    text(&["g:listing_type", "g:pickup"], TRUE_OR_FALSE),
    text(&["g:currency"], Value::Code(3, "InvalidCurrencyUnit")),
    text(&["g:gender"], Value::Word(&["Male", "M", "Female", "F"], false, "InvalidGender")),
    text(
        &["g:marital_status"],
        Value::Word(
            &["single", "divorced", "separated", "widowed", "married", "in relationship"],
            false,
            "InvalidMaritalStatus",
        ),
    ),
    text(
        &["g:payment_accepted"],
        Value::Word(
            &["Cash", "Check", "Visa", "MasterCard", "AmericanExpress", "Discover", "WireTransfer"],
            false,
            "InvalidPaymentMethod",
        ),
    )
    .many(),
    text(&["g:price_type"], Value::Word(&["negotiable", "starting"], false, "InvalidPriceType")),
    text(&["g:rating"], Value::Word(&["1", "2", "3", "4", "5"], false, "InvalidRatingType")),
    text(&["g:reviewer_type"], Value::Word(&["editorial", "user"], false, "InvalidReviewerType")),
    text(&["g:salary_type"], Value::Word(&["starting", "negotiable"], false, "InvalidSalaryType")),
    shaped(&["g:shipping"], &SHIPPING).many(),
];
