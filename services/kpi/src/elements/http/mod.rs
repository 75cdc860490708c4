//! The API of data elements, their values, closed periods and imports.

pub mod closings;
pub mod definitions;
pub mod import;
pub mod values;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this room.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(definitions::list_data_elements)
        .service(definitions::get_data_element)
        .service(definitions::create_data_element)
        .service(definitions::update_data_element)
        .service(import::import_element_values)
        .service(values::list_element_values)
        .service(values::get_element_value)
        .service(values::create_element_value)
        .service(values::update_element_value)
        .service(values::create_element_value_transition)
        .service(values::list_element_value_steps)
        .service(closings::list_element_period_closings)
        .service(closings::get_element_period_closing)
        .service(closings::create_element_period_closing)
        .service(closings::create_element_period_reopening);
}
